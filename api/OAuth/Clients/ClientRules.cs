using System.Text.Json;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Clients;

/// <summary>A reason why a client cannot be as described.</summary>
/// <param name="Member">What is at fault, by its name in RFC 7591 or ours.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record ClientFault(string Member, string Message);

/// <summary>What every client has to be like, whether a file or a registration describes it.</summary>
internal static class ClientRules
{
    private const int MaxUriLength = 2000;
    private const int MaxNameLength = 200;
    private const int MaxContacts = 20;

    private static readonly TimeSpan LongestToken = TimeSpan.FromDays(1), LongestRefreshToken = TimeSpan.FromDays(3650);

    /// <summary>All reasons against a client.</summary>
    public static IEnumerable<ClientFault> FindFaults(ClientDefinition client) =>
        FindFaultyNames(client).Concat(FindFaultyAddresses(client)).Concat(FindFaultyGrants(client)).Concat(FindFaultyAuthentication(client)).Concat(FindFaultyLimits(client));

    /// <summary>Whether it is an OAuth scope that a client may be registered for.</summary>
    public static bool IsOAuthScope(string text) =>
        OAuthScopes.Fixed.Contains(text)
        || text == OAuthScopes.AnyContext
        || (text.StartsWith(OAuthScopes.ContextPrefix, StringComparison.Ordinal) && ScopePath.TryParse(text[OAuthScopes.ContextPrefix.Length..], out _));

    private static IEnumerable<ClientFault> FindFaultyNames(ClientDefinition client)
    {
        if (client.Name.Length > MaxNameLength || client.Name.Any(char.IsControl))
        {
            yield return new ClientFault("client_name", $"it has at most {MaxNameLength} characters and no control characters");
        }

        if (client.Contacts.Length > MaxContacts || client.Contacts.Any(contact => contact.Length > MaxNameLength || contact.Any(char.IsControl)))
        {
            yield return new ClientFault("contacts", $"there are at most {MaxContacts}, each of at most {MaxNameLength} characters without control characters");
        }
    }

    private static IEnumerable<ClientFault> FindFaultyAddresses(ClientDefinition client)
    {
        foreach (var (member, uris) in new[] { ("redirect_uris", client.RedirectUris), ("post_logout_redirect_uris", client.PostLogoutRedirectUris) })
        {
            foreach (var uri in uris)
            {
                if (RedirectUris.FindFault(uri, client.Native) is { } fault)
                {
                    yield return new ClientFault(member, fault);
                }
            }
        }

        foreach (var (member, uri) in new[]
        {
            ("client_uri", client.ClientUri), ("policy_uri", client.PolicyUri), ("tos_uri", client.TosUri), ("logo_uri", client.LogoUri),
            ("jwks_uri", client.JwksUri), ("backchannel_logout_uri", client.BackchannelLogoutUri),
        })
        {
            if (uri is not null && !IsWebAddress(uri))
            {
                yield return new ClientFault(member, "it is an absolute https address without user information and fragment, or http on the loopback interface");
            }
        }

        if (client.Origins.Any(origin => !IsWebAddress(origin) || new Uri(origin).GetLeftPart(UriPartial.Authority) != origin))
        {
            yield return new ClientFault("origins", "an origin is scheme, host and port alone, such as https://app.example.org");
        }

        if (client.Audiences.Any(audience => audience.Length is 0 or > MaxUriLength || audience.AsSpan().ContainsAnyExceptInRange('!', '~') || audience.Contains('#', StringComparison.Ordinal)))
        {
            yield return new ClientFault("audiences", "an audience is printable ASCII without blanks and fragment");
        }
    }

    private static IEnumerable<ClientFault> FindFaultyGrants(ClientDefinition client)
    {
        foreach (var grant in client.GrantTypes.Where(grant => !GrantTypes.All.Contains(grant)))
        {
            yield return new ClientFault("grant_types", $"'{grant}' is none of {string.Join(", ", GrantTypes.All)}");
        }

        if (client.GrantTypes.Contains(GrantTypes.AuthorizationCode) && client.RedirectUris.IsEmpty)
        {
            yield return new ClientFault("redirect_uris", "a client with the grant 'authorization_code' needs one");
        }

        if (client.GrantTypes.Contains(GrantTypes.ClientCredentials) && client.Authentication == ClientAuthentication.None)
        {
            yield return new ClientFault("grant_types", "a public client cannot have 'client_credentials' (RFC 6749 section 4.4)");
        }

        if (client.GrantTypes.Contains(GrantTypes.Password) && !client.Legacy)
        {
            yield return new ClientFault("grant_types", "'password' is for clients marked 'legacy' alone");
        }

        foreach (var scope in client.OAuthScopes.Where(scope => !IsOAuthScope(scope)))
        {
            yield return new ClientFault("scope", $"'{scope}' is none of {string.Join(", ", OAuthScopes.Fixed)}, {OAuthScopes.AnyContext} and {OAuthScopes.ContextPrefix}/a/scope");
        }
    }

    private static IEnumerable<ClientFault> FindFaultyAuthentication(ClientDefinition client)
    {
        var bySecret = client.Authentication is ClientAuthentication.SecretBasic or ClientAuthentication.SecretPost;
        if (bySecret && client.Secrets.IsEmpty)
        {
            yield return new ClientFault("client_secret", "a client that authenticates with a secret needs one");
        }

        if (!bySecret && !client.Secrets.IsEmpty)
        {
            yield return new ClientFault("client_secret", "a client that does not authenticate with a secret has none");
        }

        if (client.Jwks is not null && client.JwksUri is not null)
        {
            yield return new ClientFault("jwks_uri", "a client has 'jwks' or 'jwks_uri', not both (RFC 7591 section 2)");
        }

        if (client.Authentication == ClientAuthentication.PrivateKeyJwt && client.Jwks is null && client.JwksUri is null)
        {
            yield return new ClientFault("jwks", "a client that authenticates with 'private_key_jwt' needs 'jwks' or 'jwks_uri'");
        }

        if (client.Jwks is { } set && (ClientKeys.Parse(set) is not { Count: > 0 } keys || !keys.All(ClientKeys.IsPublic)))
        {
            yield return new ClientFault("jwks", "it is a JWK set (RFC 7517) of public keys, RSA or EC");
        }

        if (client.SigningAlgorithm is not ("ES256" or "RS256"))
        {
            yield return new ClientFault("id_token_signed_response_alg", "it is ES256 or RS256");
        }

        if (client.OtherMetadata is { } other && !IsJsonObject(other))
        {
            yield return new ClientFault("other_metadata", "it is a JSON object");
        }
    }

    private static IEnumerable<ClientFault> FindFaultyLimits(ClientDefinition client)
    {
        foreach (var (member, lifetime, longest) in new[]
        {
            ("access_token_lifetime", client.AccessTokenLifetime, LongestToken), ("id_token_lifetime", client.IdTokenLifetime, LongestToken),
            ("refresh_token_idle_lifetime", client.RefreshTokenIdleLifetime, LongestRefreshToken), ("refresh_token_lifetime", client.RefreshTokenLifetime, LongestRefreshToken),
        })
        {
            if (lifetime is { } time && (time < TimeSpan.FromSeconds(1) || time > longest))
            {
                yield return new ClientFault(member, $"it is a number of seconds from 1 to {(long)longest.TotalSeconds}");
            }
        }

        foreach (var (member, number) in new[] { ("requests_per_second", client.RequestsPerSecond), ("request_burst", client.RequestBurst) })
        {
            if (number is < 1 or > 1_000_000)
            {
                yield return new ClientFault(member, "it is a number from 1 to 1000000");
            }
        }

        if (client.DefaultMaxAge is { } age && age < TimeSpan.Zero)
        {
            yield return new ClientFault("default_max_age", "it is a number of seconds, 0 or more");
        }
    }

    private static bool IsWebAddress(string text) =>
        text.Length <= MaxUriLength
        && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.UserInfo.Length == 0
        && !text.Contains('#', StringComparison.Ordinal)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && Issuer.IsLoopbackHost(uri)));

    private static bool IsJsonObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
