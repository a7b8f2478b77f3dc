using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Policies.Rules;

namespace Platform.Api.Tests.Policies.ForwardAuth;

/// <summary>A node that believes a proxy on loopback, which these tests play, and the policies of a service behind it.</summary>
public sealed class ForwardNode : IAsyncLifetime
{
    /// <summary>The protected host.</summary>
    public const string Host = "wiki.example.org";

    /// <summary>A host of a service whose yeses a proxy may keep.</summary>
    public const string CachedHost = "cached.example.org:8080";

    internal TokenNode Given { get; } = new();

    internal ApiNode Node => Given.Node;

    public async Task InitializeAsync()
    {
        await Given.StartAsync(null, new Dictionary<string, string?>
        {
            ["KnownProxies:0"] = "127.0.0.1",
            ["Policies:Groups:staff"] = TestData.AquaMaps,
            ["Policies:Groups:everyone"] = "*",
        });
        await PutAsync("wiki", new PolicySet
        {
            Hosts = [Host],
            Rules =
            [
                Rule("public", "/public/**", PolicyAudience.Anyone),
                Rule("slashes", "/slashes/**", PolicyAudience.Anyone) with { Encoded = EncodingAllowance.Slash },
                Rule("members", "/members/**", PolicyAudience.Authenticated),
                Rule("no-secrets", "/members/secret/**", PolicyAudience.Anyone) with { Effect = PolicyEffect.Deny },
                Rule("managers", "/manage/**", new PolicyAudience { Kind = AudienceKind.Named, Roles = [new RoleInScope(Grains.Scopes.Roles.VREManager, TestData.AquaMaps)] }),
                Rule("fresh", "/fresh", PolicyAudience.Authenticated) with { Conditions = new PolicyConditions { MaxSessionAge = TimeSpan.FromMinutes(5) } },
                Rule("inside", "/inside", PolicyAudience.Anyone) with { Conditions = new PolicyConditions { Addresses = ["192.0.2.0/24"] } },
                Rule("upload", "/upload", PolicyAudience.Authenticated) with { Methods = ["POST"] },
            ],
        });
        await PutAsync("cached", new PolicySet { Hosts = [CachedHost], CacheFor = TimeSpan.FromSeconds(30), Rules = [Rule("all", "/**", PolicyAudience.Authenticated)] });
    }

    public async Task DisposeAsync() => await Given.DisposeAsync();

    /// <summary>Asks as a proxy does.</summary>
    /// <param name="proxy"><c>nginx</c>, <c>traefik</c> or <c>envoy</c>.</param>
    /// <param name="target">Path and query of the request that is asked about.</param>
    /// <param name="headers">Its headers.</param>
    internal Task<RawAnswer> AskAsync(string proxy, string target, params string[] headers) => AskForAsync(proxy, "GET", $"http://{Host}{target}", headers);

    /// <summary>Asks as a proxy does.</summary>
    internal Task<RawAnswer> AskForAsync(string proxy, string method, string url, params string[] headers) => AskForAsync(Node.Address, proxy, method, url, headers);

    internal static Task<RawAnswer> AskForAsync(Uri node, string proxy, string method, string url, params string[] headers)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = url.IndexOf('/', authority);
        var (scheme, host, target) = (url[..(authority - 3)], url[authority..path], url[path..]);
        return proxy switch
        {
            "nginx" => RawHttp.GetAsync(node, "/forward/nginx", ["X-Original-URL: " + url, "X-Original-Method: " + method, .. headers]),
            "traefik" => RawHttp.GetAsync(
                node, "/forward/traefik", [$"X-Forwarded-Method: {method}", $"X-Forwarded-Proto: {scheme}", $"X-Forwarded-Host: {host}", $"X-Forwarded-Uri: {target}", .. headers]),
            _ => RawHttp.SendToHostAsync(node, host, method, "/forward/envoy" + target, "", [$"X-Forwarded-Proto: {scheme}", .. headers]),
        };
    }

    private async Task PutAsync(string service, PolicySet set)
    {
        Assert.DoesNotContain(PolicyValidation.FindProblems(set), problem => problem.Severity == ProblemSeverity.Error);
        var grain = Node.Services.GetRequiredService<IPlatformGrains>().PolicySet(new ServiceName(service));
        var result = await grain.ReplaceAsync(new PolicyChange(TokenNode.Random(16), PolicyJson.Write(set), set.Hosts, "test", null), ChangeCondition.None);
        Assert.Equal(PolicyChangeOutcome.Created, result.Outcome);
    }

    private static PolicyRule Rule(string id, string path, PolicyAudience who) => new()
    {
        Id = id,
        Effect = PolicyEffect.Allow,
        Path = path.Contains('*', StringComparison.Ordinal) ? new PathPattern(PathPatternKind.Template, path) : new PathPattern(PathPatternKind.Exact, path),
        Who = [who],
    };
}

[CollectionDefinition(Name)]
public sealed class ForwardCollection : ICollectionFixture<ForwardNode>
{
    public const string Name = "forward";
}
