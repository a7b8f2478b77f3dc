using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Primitives;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Clients;

/// <summary>What a client brought to prove who it is, not yet checked. Its text is secret.</summary>
/// <param name="Method">The way.</param>
/// <param name="Id">Who it says it is; null where it says nothing that could be an id.</param>
/// <param name="Secret">The secret, or the assertion; null with <see cref="ClientAuthentication.None"/>.</param>
internal sealed record ClientCredentials(ClientAuthentication Method, ClientId? Id, string? Secret)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private const int MaxSecretLength = 512;

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Method} of {Id}";

    /// <summary>Reads what came with a request; two ways at once are refused (RFC 6749 §2.3).</summary>
    public static (ClientCredentials? Credentials, OAuthError? Refusal) Read(StringValues authorization, Parameters form)
    {
        var named = form.Find("client_id");
        var secret = form.Find("client_secret");
        var assertion = form.Find("client_assertion");
        var isBasic = authorization.Count > 0;
        if ((isBasic ? 1 : 0) + (secret is null ? 0 : 1) + (assertion is null ? 0 : 1) > 1)
        {
            return (null, OAuthError.InvalidRequest("The client authenticates in more than one way."));
        }

        if (isBasic)
        {
            return ReadBasic(authorization, named);
        }

        if (assertion is not null)
        {
            return form.Find("client_assertion_type") == AssertionType
                ? (new ClientCredentials(ClientAuthentication.PrivateKeyJwt, Parse(named), assertion), null)
                : (null, OAuthError.InvalidRequest($"The client_assertion_type has to be {AssertionType}."));
        }

        if (form.Find("client_assertion_type") is not null)
        {
            return (null, OAuthError.InvalidRequest("The client_assertion is missing."));
        }

        if (string.IsNullOrEmpty(named))
        {
            return (null, OAuthError.InvalidClient("The client does not say who it is."));
        }

        return secret is null
            ? (new ClientCredentials(ClientAuthentication.None, Parse(named), null), null)
            : Checked(new ClientCredentials(ClientAuthentication.SecretPost, Parse(named), secret));
    }

    private static (ClientCredentials? Credentials, OAuthError? Refusal) ReadBasic(StringValues authorization, string? named)
    {
        if (!TryParseBasic(authorization, out var id, out var secret))
        {
            return (null, OAuthError.InvalidRequest("The Authorization header is not Basic with form-encoded id and secret."));
        }

        // Some libraries repeat the id in the form; another one would leave open who asks.
        return named is not null && named != id
            ? (null, OAuthError.InvalidRequest("The client_id is not that of the Authorization header."))
            : Checked(new ClientCredentials(ClientAuthentication.SecretBasic, Parse(id), secret));
    }

    private static (ClientCredentials? Credentials, OAuthError? Refusal) Checked(ClientCredentials credentials) =>
        credentials.Secret!.Length is 0 or > MaxSecretLength
            ? (null, OAuthError.InvalidClient(OAuthTexts.ClientRefused))
            : (credentials, null);

    private static ClientId? Parse(string? text) => ClientId.TryParse(text, out var id) ? id : null;

    /// <summary>RFC 6749 §2.3.1: both halves are form-encoded before they are joined.</summary>
    private static bool TryParseBasic(StringValues authorization, [NotNullWhen(true)] out string? id, [NotNullWhen(true)] out string? secret)
    {
        id = secret = null;
        return BasicCredentials.TryParse(authorization, out var credentials)
            && TryDecode(credentials.UserName, out id)
            && TryDecode(credentials.Password, out secret);
    }

    private static bool TryDecode(string encoded, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (encoded.AsSpan().ContainsAny('&', '='))
        {
            // Not form-encoded after all: clients in use send such secrets as they are.
            text = encoded;
            return true;
        }

        if (!Parameters.TryParse(Encoding.UTF8.GetBytes("v=" + encoded), out var parsed, out _))
        {
            return false;
        }

        text = parsed.Find("v");
        return text is not null;
    }
}
