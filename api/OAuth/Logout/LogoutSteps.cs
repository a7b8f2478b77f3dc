using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Authorize;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Tokens;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Logout;

/// <summary>
/// Understands a logout request (RP-Initiated Logout §2). Its steps: the ID token, over or not, says who asks and which session is meant;
/// otherwise <c>client_id</c> says who asks; the address to go to afterwards has to be one of that client's, exactly (§3).
/// </summary>
internal sealed class LogoutSteps(IOAuthCheck check, IJwtSigner signer, Issuer issuer, TimeProvider time)
{
    private const int MaxHint = 8192;

    private const int MaxState = 2000;

    /// <summary>How long a person may think about it.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>What was understood, or why nothing can be.</summary>
    public async ValueTask<(LogoutRequest? Request, OAuthError? Refusal)> UnderstandAsync(Parameters parameters, CancellationToken cancellationToken)
    {
        var named = parameters.Find("client_id");
        if (parameters.Find("id_token_hint") is { Length: > MaxHint } || parameters.Find("state") is { Length: > MaxState })
        {
            return (null, OAuthError.InvalidRequest("A parameter is too long."));
        }

        var (hint, isForged) = await ReadHintAsync(parameters.Find("id_token_hint"), cancellationToken);
        if (hint is not null && named is not null && !IdTokenHint.Audiences(hint).Contains(named))
        {
            return (null, OAuthError.InvalidRequest("The id_token_hint is for another client than client_id."));
        }

        var asking = named ?? (hint is null ? null : IdTokenHint.Audiences(hint).FirstOrDefault());

        // Who sends a token that we did not make is not believed in anything else either.
        var client = !isForged && ClientId.TryParse(asking, out var id) ? await check.FindClientAsync(id, cancellationToken) : null;
        return (new LogoutRequest
        {
            ClientName = client is null ? null : ConsentPage.NameOf(client.Client),
            Target = client is null ? null : TargetOf(client.Client.Definition, parameters),
            Handle = hint is null ? null : IdTokenHint.Text(hint, "sid"),
            EndsAt = time.GetUtcNow() + Lifetime,
        }, null);
    }

    private async ValueTask<(IReadOnlyDictionary<string, object>? Claims, bool IsForged)> ReadHintAsync(string? hint, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(hint))
        {
            return (null, false);
        }

        var claims = await signer.ReadIdTokenHintAsync(hint, cancellationToken);
        return claims is not null && IdTokenHint.Text(claims, "iss") == issuer.Value ? (claims, false) : (null, true);
    }

    private static string? TargetOf(ClientDefinition client, Parameters parameters)
    {
        if (parameters.Find("post_logout_redirect_uri") is not { } uri
            || !client.PostLogoutRedirectUris.Contains(uri)
            || RedirectUris.FindFault(uri, client.Native) is not null)
        {
            return null;
        }

        return parameters.Find("state") is { Length: > 0 } state ? FormText.AddTo(uri, [new("state", state)]) : uri;
    }
}
