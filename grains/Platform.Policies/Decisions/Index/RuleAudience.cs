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

    // What a caller is or holds elsewhere lets a token for one context through nothing; it does not help it past a deny rule either.
    private readonly bool _asksContext;

    private RuleAudience(PolicyAudience audience, PolicyEffect effect, ImmutableArray<BoundRole> roles)
    {
        _audience = audience;
        _asksContext = effect == PolicyEffect.Allow;
        _roles = roles;
    }

    /// <summary>Reads an audience; names in the scopes of its roles are those of the template's parameters.</summary>
    public static RuleAudience Compile(PolicyAudience audience, PolicyEffect effect, PathTemplate? template) =>
        new(audience, effect, [.. audience.Roles.Select(role => BoundRole.Bind(role, template))]);

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
        if (unmet is null)
        {
            return IsUser(subject) && IsInGroup(subject) && HasRole(subject, reading) && HasOAuthScopes(subject) && HasClient(subject);
        }

        var lacking = unmet.Count;
        Require(IsUser(subject), UnmetKind.User, DescribeUsers(), unmet);
        Require(IsInGroup(subject), UnmetKind.Group, DescribeGroups(), unmet);
        Require(HasRole(subject, reading), UnmetKind.Role, DescribeRoles(reading), unmet);
        Require(HasOAuthScopes(subject), UnmetKind.OAuthScope, DescribeOAuthScopes(), unmet);
        Require(HasClient(subject), UnmetKind.Client, DescribeClients(), unmet);
        return unmet.Count == lacking;
    }

    private static void Require(bool holds, UnmetKind kind, string text, List<Unmet> unmet)
    {
        if (!holds)
        {
            unmet.Add(new Unmet(kind, text));
        }
    }

    private bool IsUser(IPolicySubject subject)
    {
        foreach (var user in _audience.Users)
        {
            if (subject.IsUser(user))
            {
                return true;
            }
        }

        return _audience.Users.IsEmpty;
    }

    private bool IsInGroup(IPolicySubject subject)
    {
        foreach (var group in _audience.Groups)
        {
            if (subject.IsInGroup(group) && (!_asksContext || subject.ActsFor(group)))
            {
                return true;
            }
        }

        return _audience.Groups.IsEmpty;
    }

    private bool HasRole(IPolicySubject subject, in UrlReading reading)
    {
        foreach (var role in _roles)
        {
            if (_asksContext
                ? role.FindScope(reading) is { } scope && subject.HasRole(role.Role, scope) && subject.ActsFor(scope)
                : role.IsHeldInAnyCase(subject, reading))
            {
                return true;
            }
        }

        return _roles.IsEmpty;
    }

    private bool HasOAuthScopes(IPolicySubject subject)
    {
        foreach (var oauthScope in _audience.OAuthScopes)
        {
            if (!subject.HasOAuthScope(oauthScope))
            {
                return false;
            }
        }

        return true;
    }

    private bool HasClient(IPolicySubject subject) =>
        _audience.Clients.IsEmpty || (subject.Client is { } client && _audience.Clients.Contains(client));

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
