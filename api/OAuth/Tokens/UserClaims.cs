using System.Text.Json;
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
            foreach (var scope in access.Scopes.ByName.Where(scope => access.IsMember(scope.Path) && access.MayEnter(scope.Path)))
            {
                json.WriteStringValue(scope.Path.Value);
            }

            json.WriteEndArray();
        }
    }
}
