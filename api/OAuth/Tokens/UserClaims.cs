using System.Text.Json;
using Platform.Api.OAuth.Requests;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.OAuth.Tokens;

/// <summary>The claims about a user (OpenID Connect Core §5.1), as ID tokens and userinfo carry them.</summary>
internal static class UserClaims
{
    /// <summary>Those that there may be, as discovery lists them.</summary>
    public static readonly string[] Supported = ["name", "preferred_username", "email", "email_verified", "groups"];

    private static readonly string[] OfProfile = ["name", "preferred_username"], OfEmail = ["email", "email_verified"], OfGroups = ["groups"];

    /// <summary>What the OAuth scopes stand for (§5.4), and what was asked for by name.</summary>
    public static IReadOnlySet<string> Of(IReadOnlyCollection<string> oauthScopes, IEnumerable<string> named)
    {
        var names = named.ToHashSet(StringComparer.Ordinal);
        if (oauthScopes.Contains(OAuthScopes.Profile))
        {
            names.UnionWith(OfProfile);
        }

        if (oauthScopes.Contains(OAuthScopes.Email))
        {
            names.UnionWith(OfEmail);
        }

        if (oauthScopes.Contains(OAuthScopes.Groups))
        {
            names.UnionWith(OfGroups);
        }

        return names;
    }

    /// <summary>
    /// Of claims asked for by name, those that the client might also ask for by OAuth scope: the parameter says which of them it wants, and
    /// gets nobody past what the client was registered for.
    /// </summary>
    public static IEnumerable<string> AllowedTo(ClientDefinition client, IEnumerable<string> named) =>
        named.Where(name => OAuthScopeOf(name) is { } oauthScope && RequestedAccess.IsAllowed(client, oauthScope));

    /// <summary>The OAuth scopes that stand for claims asked for by name: what a user is asked about, since nobody sees the parameter.</summary>
    public static IEnumerable<string> OAuthScopesFor(ClientDefinition client, ClaimsRequest claims) =>
        AllowedTo(client, claims.IdToken.Union(claims.UserInfo)).Select(name => OAuthScopeOf(name)!).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Writes those of the names that the platform knows.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlySet<string> names, UserProfile profile, ScopeAccess access)
    {
        if (names.Contains("name") && profile.DisplayName.Length > 0)
        {
            json.WriteString("name"u8, profile.DisplayName);
        }

        if (names.Contains("preferred_username"))
        {
            json.WriteString("preferred_username"u8, profile.UserName);
        }

        if (profile.Mail is { Length: > 0 } mail)
        {
            if (names.Contains("email"))
            {
                json.WriteString("email"u8, mail);
            }

            if (names.Contains("email_verified"))
            {
                // The directory says so; the platform has sent nothing there. Clients that join accounts by address have to know.
                json.WriteBoolean("email_verified"u8, false);
            }
        }

        if (names.Contains("groups"))
        {
            json.WriteStartArray("groups"u8);
            foreach (var scope in access.Joined())
            {
                json.WriteStringValue(scope.Path.Value);
            }

            json.WriteEndArray();
        }
    }

    private static string? OAuthScopeOf(string name) =>
        OfProfile.Contains(name) ? OAuthScopes.Profile
        : OfEmail.Contains(name) ? OAuthScopes.Email
        : OfGroups.Contains(name) ? OAuthScopes.Groups
        : null;
}
