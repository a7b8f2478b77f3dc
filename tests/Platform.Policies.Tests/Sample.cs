using System.Collections.Immutable;
using System.Net;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Policies.Tests;

/// <summary>Rules, callers and requests in few words.</summary>
internal static class Sample
{
    /// <summary>A Wednesday.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 7, 15, 12, 0, 0, TimeSpan.Zero);

    public static PolicyRule Allow(string id, PathPattern path, params PolicyAudience[] who) =>
        new() { Id = id, Effect = PolicyEffect.Allow, Path = path, Who = who.Length == 0 ? [PolicyAudience.Anyone] : [.. who] };

    public static PolicyRule Deny(string id, PathPattern path, params PolicyAudience[] who) => Allow(id, path, who) with { Effect = PolicyEffect.Deny };

    public static PathPattern Exact(string text) => new(PathPatternKind.Exact, text);

    public static PathPattern Template(string text) => new(PathPatternKind.Template, text);

    public static PathPattern Regex(string text) => new(PathPatternKind.Regex, text);

    public static PathPattern Url(string text) => new(PathPatternKind.Url, text);

    public static PathPattern UrlRegex(string text) => new(PathPatternKind.UrlRegex, text);

    public static PolicyAudience Named(
        string? user = null, string? group = null, (string Role, string Scope)? role = null, string? oauthScope = null, string? client = null) => new()
        {
            Kind = AudienceKind.Named,
            Users = One(user),
            Groups = One(group),
            Roles = role is { } held ? [new RoleInScope(held.Role, held.Scope)] : [],
            OAuthScopes = One(oauthScope),
            Clients = One(client),
        };

    public static CompiledPolicySet Compile(params PolicyRule[] rules) => CompiledPolicySet.Compile(new PolicySet { Rules = [.. rules] });

    public static PolicyRequest Request(
        string target, IPolicySubject? subject = null, string method = "GET", string host = "host", string? address = null, DateTimeOffset? now = null,
        IPolicyDocuments? documents = null)
    {
        Assert.True(RequestUrl.TryNormalise("http", host, target, out var url, out var fault), fault);
        return new PolicyRequest(
            method, url, subject ?? AnonymousSubject.Instance, address is null ? null : IPAddress.Parse(address), now ?? Noon, documents);
    }

    private static ImmutableArray<string> One(string? text) => text is null ? [] : [text];
}

/// <summary>A caller who logged in.</summary>
internal sealed class Caller(string name = "alice") : IPolicySubject
{
    public bool IsAuthenticated => true;

    public string? Client { get; init; }

    public DateTimeOffset? AuthenticatedAt { get; init; }

    public string? Strength { get; init; }

    public string[] Groups { get; init; } = [];

    public string[] Roles { get; init; } = [];

    /// <summary>Null: a session, which is not limited.</summary>
    public string[]? OAuthScopes { get; init; }

    public bool IsUser(string nameOrKey) => nameOrKey == name;

    public bool IsInGroup(string group) => Groups.Contains(group);

    public bool HasRole(string role, string scope) => Roles.Contains($"{role}@{scope}");

    public bool HasRoleInAnyCase(string role, string scope) => Roles.Contains($"{role}@{scope}", StringComparer.OrdinalIgnoreCase);

    /// <summary>The one context that the call is for; null: all.</summary>
    public string? Context { get; init; }

    public bool ActsFor(string groupOrScope) => Context is null || Context == groupOrScope;

    public bool HasOAuthScope(string oauthScope) => OAuthScopes?.Contains(oauthScope) ?? true;
}
