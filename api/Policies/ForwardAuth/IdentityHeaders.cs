using System.Text;
using Platform.Api.Http.Access;
using Platform.Api.OAuth;
using Platform.Api.Policies.Subjects;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>
/// The headers that tell a protected service who calls. All of them are in every answer, empty where there is nothing to say, so that a proxy that
/// hands them on puts nothing through that came from outside.
/// </summary>
internal sealed class IdentityHeaders(PolicySubjects subjects)
{
    /// <summary>The user's name, or the id of a client that calls for itself.</summary>
    public const string User = "Remote-User";

    /// <summary>The full name.</summary>
    public const string Name = "Remote-Name";

    /// <summary>The mail address.</summary>
    public const string Email = "Remote-Email";

    /// <summary>The groups, joined by commas.</summary>
    public const string Groups = "Remote-Groups";

    /// <summary>The VO or VRE that the call is in.</summary>
    public const string Scope = "X-Scope";

    /// <summary>Proxies take a few kilobytes of headers. Who is in more groups than that is said to be in the first of them.</summary>
    private const int MaxGroups = 4096;

    /// <summary>All of them.</summary>
    public static readonly string[] All = [User, Name, Email, Groups, Scope];

    /// <summary>Sets them. What a token's client may know of its user is what the user agreed to, here as at userinfo.</summary>
    /// <param name="headers">The answer's.</param>
    /// <param name="principal">Who calls; null: nobody whom a service should know of.</param>
    public void Set(IHeaderDictionary headers, Principal? principal)
    {
        var profile = principal?.User?.Profile;
        headers[User] = Text(principal?.Name);
        headers[Name] = Text(principal?.Allows(OAuthScopes.Profile) == true ? profile?.DisplayName : null);
        headers[Email] = Text(principal?.Allows(OAuthScopes.Email) == true ? profile?.Mail : null);
        headers[Groups] = principal?.Allows(OAuthScopes.Groups) == true ? GroupsOf(principal) : "";
        headers[Scope] = Text(principal?.Scope?.Path.Value);
    }

    private string GroupsOf(Principal principal)
    {
        if (subjects.Of(principal) is not PrincipalSubject subject)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var group in subject.Groups().Where(subject.ActsFor))
        {
            var escaped = Text(group, also: ',');
            if (text.Length + escaped.Length >= MaxGroups)
            {
                break;
            }

            text.Append(text.Length > 0 ? "," : "").Append(escaped);
        }

        return text.ToString();
    }

    /// <summary>Printable ASCII as it is; everything else, and <c>%</c>, percent-encoded UTF-8.</summary>
    private static string Text(string? value, char also = '%')
    {
        if (value is null)
        {
            return "";
        }

        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~') && !value.AsSpan().ContainsAny('%', also))
        {
            return value;
        }

        var text = new StringBuilder(value.Length + 16);
        foreach (var unit in Encoding.UTF8.GetBytes(value))
        {
            if (unit is < (byte)' ' or > (byte)'~' or (byte)'%' || unit == also)
            {
                text.Append('%').Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append((char)unit);
            }
        }

        return text.ToString();
    }
}
