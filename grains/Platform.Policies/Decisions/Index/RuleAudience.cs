using System.Collections.Immutable;
using Platform.Policies.Requests;
using Platform.Policies.Rules;
using Platform.Policies.Rules.Patterns;

namespace Platform.Policies.Decisions.Index;

/// <summary>An audience, ready to be asked whether somebody belongs to it.</summary>
internal sealed class RuleAudience
{
    private readonly PolicyAudience _audience;
    private readonly ImmutableArray<BoundRole> _roles;

    private RuleAudience(PolicyAudience audience, ImmutableArray<BoundRole> roles)
    {
        _audience = audience;
        _roles = roles;
    }

    /// <summary>Reads an audience; names in the scopes of its roles are those of the template's parameters.</summary>
    public static RuleAudience Compile(PolicyAudience audience, PathTemplate? template) =>
        new(audience, [.. audience.Roles.Select(role => BoundRole.Bind(role, template))]);

    /// <summary>Whether the caller belongs to it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reading">The reading of its URL that matched.</param>
    /// <param name="unmet">Takes what is lacking; null: nobody wants to know.</param>
    public bool Includes(in PolicyRequest request, in UrlReading reading, List<Unmet>? unmet)
    {
        var subject = request.Subject;
        switch (_audience.Kind)
        {
            case AudienceKind.Anyone:
                return true;
            case AudienceKind.Anonymous when subject.IsAuthenticated:
                unmet?.Add(new Unmet(UnmetKind.Anonymity, "no credentials"));
                return false;
            case AudienceKind.Anonymous:
                return true;
            case var kind when !subject.IsAuthenticated:
                // Whom one has to log in as is told with it: it cannot be told yet of the caller.
                unmet?.Add(new Unmet(UnmetKind.Login, kind == AudienceKind.Named ? $"valid credentials: {Describe(reading)}" : "valid credentials"));
                return false;
            case AudienceKind.Authenticated:
                return true;
            case AudienceKind.Documents:
                var allowed = request.Documents?.Decide(request.Url.Text, request.CountedMethod, subject).Allowed ?? false;
                if (!allowed)
                {
                    unmet?.Add(new Unmet(UnmetKind.Document, "a registered policy that allows it"));
                }

                return allowed;
            case AudienceKind.Named:
                return IsNamed(subject, reading, unmet);
            default:
                return false;
        }
    }

    private bool IsNamed(IPolicySubject subject, in UrlReading reading, List<Unmet>? unmet)
    {
        // Whether all hold that are asked for; unless somebody wants to know them all, the first that does not ends it.
        var holds = Require(_audience.Users.IsEmpty || _audience.Users.Any(subject.IsUser), UnmetKind.User, DescribeUsers, unmet);
        if (holds || unmet is not null)
        {
            holds &= Require(_audience.Groups.IsEmpty || _audience.Groups.Any(subject.IsInGroup), UnmetKind.Group, DescribeGroups, unmet);
        }

        if (holds || unmet is not null)
        {
            var hasRole = HasRole(subject, reading);
            holds &= hasRole;
            if (!hasRole)
            {
                unmet?.Add(new Unmet(UnmetKind.Role, DescribeRoles(reading)));
            }
        }

        if (holds || unmet is not null)
        {
            holds &= Require(_audience.OAuthScopes.All(subject.HasOAuthScope), UnmetKind.OAuthScope, DescribeOAuthScopes, unmet);
        }

        if (holds || unmet is not null)
        {
            holds &= Require(
                _audience.Clients.IsEmpty || (subject.Client is { } client && _audience.Clients.Contains(client)), UnmetKind.Client, DescribeClients, unmet);
        }

        return holds;
    }

    private static bool Require(bool holds, UnmetKind kind, Func<string> text, List<Unmet>? unmet)
    {
        if (!holds)
        {
            unmet?.Add(new Unmet(kind, text()));
        }

        return holds;
    }

    private bool HasRole(IPolicySubject subject, in UrlReading reading)
    {
        if (_roles.IsEmpty)
        {
            return true;
        }

        foreach (var role in _roles)
        {
            if (role.FindScope(reading) is { } scope && subject.HasRole(role.Role, scope))
            {
                return true;
            }
        }

        return false;
    }

    private string Describe(in UrlReading reading)
    {
        var parts = new List<string>();
        if (!_audience.Users.IsEmpty)
        {
            parts.Add(DescribeUsers());
        }

        if (!_audience.Groups.IsEmpty)
        {
            parts.Add(DescribeGroups());
        }

        if (!_roles.IsEmpty)
        {
            parts.Add(DescribeRoles(reading));
        }

        if (!_audience.OAuthScopes.IsEmpty)
        {
            parts.Add(DescribeOAuthScopes());
        }

        if (!_audience.Clients.IsEmpty)
        {
            parts.Add(DescribeClients());
        }

        return string.Join("; ", parts);
    }

    private string DescribeUsers() => "user " + Either(_audience.Users);

    private string DescribeGroups() => "member of " + Either(_audience.Groups);

    private string DescribeOAuthScopes() => "OAuth scope " + string.Join(" and ", _audience.OAuthScopes);

    private string DescribeClients() => "client " + Either(_audience.Clients);

    private string DescribeRoles(in UrlReading reading)
    {
        var roles = new List<string>(_roles.Length);
        foreach (var role in _roles)
        {
            roles.Add($"{role.Role} in {role.FindScope(reading) ?? role.Scope}");
        }

        return "role " + Either(roles);
    }

    private static string Either(IEnumerable<string> names) => string.Join(" or ", names);
}
