using System.Collections.Immutable;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Api.Policies;
using Platform.Api.Policies.Files;
using Platform.Api.Policies.Subjects;
using Platform.Api.Tests.Support;
using Platform.Grains.Policies;
using Platform.Policies.Rules;

namespace Platform.Api.Tests.Policies;

/// <summary>Files of rules: what is written is read as what it was, and nothing breaks what reads them.</summary>
[Collection(NodeCollection.Name)]
public sealed class PolicyFileTests(SharedNode shared)
{
    private const int Seed = 20260715;

    private static readonly PolicyGroups Groups = new(Options.Create(new PolicyOptions()));

    [Fact]
    public void WhatIsWritten_IsReadAsWhatItWas()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var json = PolicyJson.Write(RandomSet(random));
            var file = PolicyFile.Read(Encoding.UTF8.GetBytes(json), null, new ServiceName("service"), Groups);
            Assert.True(file.Errors.Count == 0, $"round {round}: {json}\n{string.Join('\n', file.Errors)}");
            Assert.Equal(json, PolicyJson.Write(file.Set));
            Assert.Equal(json, PolicyJson.Write(PolicyJson.Read(json)));
        }
    }

    [Fact]
    public async Task WhateverIsSent_NothingBreaks()
    {
        var session = "X-Session-Id: " + await shared.Node.LogInAsync("admin");
        var random = new Random(Seed);
        string[] bodies =
        [
            PolicyJson.Write(RandomSet(random)),
            """{"method": "GET", "url": "https://a.example/x", "subject": {"user": "alice", "oauthScopes": ["read"]}, "address": "192.0.2.1", "time": "2026-01-01T00:00:00Z"}""",
            """{"set": {"rules": [{"id": "a", "effect": "allow", "who": "anyone"}]}, "requests": [{"method": "GET", "url": "https://a.example/x"}]}""",
            """{"subject": {"type": "user", "id": "alice"}, "action": {"name": "GET"}, "resource": {"type": "url", "id": "https://a.example/x"}, "evaluations": [{}, {"action": {"name": "PUT"}}], "options": {"evaluations_semantic": "execute_all"}}""",
        ];
        string[] targets = ["PUT /policies/fuzzed?check=true", "POST /policies/fuzzed/explain", "POST /policies/fuzzed/dry-run", "POST /access/v1/evaluation", "POST /access/v1/evaluations"];
        for (var round = 0; round < 400; round++)
        {
            var target = targets[random.Next(targets.Length)].Split(' ');
            var bytes = Mutate(Encoding.UTF8.GetBytes(bodies[random.Next(bodies.Length)]), random);
            using var content = new ByteArrayContent(bytes);
            content.Headers.TryAddWithoutValidation("Content-Type", random.Next(4) == 0 ? "application/yaml" : "application/json");
            using var answer = await shared.Node.SendAsync(HttpMethod.Parse(target[0]), target[1], content, session, "Accept: application/json");
            Assert.True((int)answer.StatusCode < 500, $"round {round}: {target[1]} answered {(int)answer.StatusCode} to {Convert.ToHexString(bytes)}");
        }

        Assert.Equal(HttpStatusCode.NotFound, (await shared.Node.GetAsync("/policies/fuzzed", session)).StatusCode);
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var list = bytes.ToList();
        for (var count = random.Next(6); count > 0 && list.Count > 1; count--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(4))
            {
                case 0:
                    list[at] = (byte)random.Next(256);
                    break;
                case 1:
                    list.RemoveAt(at);
                    break;
                case 2:
                    list.InsertRange(at, list.GetRange(at, Math.Min(random.Next(40), list.Count - at)));
                    break;
                default:
                    list.InsertRange(at, "{}[]\",:-&*!|%0\\u0000"u8.ToArray().Skip(random.Next(18)).Take(2));
                    break;
            }
        }

        return [.. list];
    }

    private static PolicySet RandomSet(Random random) => new()
    {
        Hosts = random.Next(2) == 0 ? [] : ["a.example", "b.example:8443"],
        CaseSensitive = random.Next(2) == 0,
        Cleaning = random.Next(4) == 0 ? UrlCleaning.OpenTox : UrlCleaning.None,
        Scope = random.Next(3) == 0 ? "/i/V" : null,
        CacheFor = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(1, 600)) : null,
        Rules = [.. Enumerable.Range(0, random.Next(8)).Select(index => RandomRule(random, index))],
    };

    private static PolicyRule RandomRule(Random random, int index)
    {
        var effect = random.Next(2) == 0 ? PolicyEffect.Allow : PolicyEffect.Deny;
        return new PolicyRule
        {
            Id = $"rule-{index}",
            Description = random.Next(3) == 0 ? "why: \"é\" # \\ {x}" : null,
            Effect = effect,
            Methods = random.Next(2) == 0 ? [] : ["GET", "PUT"],
            Hosts = random.Next(4) == 0 ? ["c.example"] : [],
            Path = random.Next(6) switch
            {
                0 => PathPattern.Any,
                1 => new PathPattern(PathPatternKind.Exact, $"/a/{index}"),
                2 => new PathPattern(PathPatternKind.Template, $"/b{index}/:name/*/**"),
                3 => new PathPattern(PathPatternKind.Regex, $"^/c{index}/[a-z]+$"),
                4 => new PathPattern(PathPatternKind.Url, $"https://a.example/d/{index}"),
                _ => new PathPattern(PathPatternKind.UrlRegex, $"^https://a\\.example/e{index}"),
            },
            Who = random.Next(5) switch
            {
                0 => [PolicyAudience.Anyone],
                1 => [PolicyAudience.Authenticated, new PolicyAudience { Kind = AudienceKind.Anonymous }],
                2 when effect == PolicyEffect.Allow => [new PolicyAudience { Kind = AudienceKind.Documents }],
                3 => [new PolicyAudience { Kind = AudienceKind.Named, Users = ["alice", "staff:7"], Groups = ["/i/V"] }],
                _ => [new PolicyAudience { Kind = AudienceKind.Named, Roles = [new RoleInScope("member", "/i/V")], OAuthScopes = ["read"], Clients = ["viewer"] }],
            },
            Conditions = random.Next(3) == 0 ? RandomConditions(random) : null,
            Encoded = effect == PolicyEffect.Allow && random.Next(4) == 0 ? EncodingAllowance.Slash | EncodingAllowance.Double : EncodingAllowance.None,
        };
    }

    private static PolicyConditions RandomConditions(Random random) => new()
    {
        From = random.Next(2) == 0 ? null : new DateTimeOffset(2026, 1, 1, 0, 0, random.Next(60), TimeSpan.Zero),
        Until = random.Next(2) == 0 ? null : new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Hours = random.Next(2) == 0 ? null : new DailyWindow(new TimeOnly(22, random.Next(60)), new TimeOnly(6, 0), "Europe/Athens"),
        Days = random.Next(2) == 0 ? [] : ImmutableArray.Create(DayOfWeek.Monday, DayOfWeek.Sunday),
        Addresses = random.Next(2) == 0 ? [] : ["192.0.2.0/24", "2001:db8::1"],
        MaxSessionAge = TimeSpan.FromMinutes(random.Next(1, 3000)),
        Strengths = random.Next(2) == 0 ? [] : ["urn:platform:acr:password"],
    };
}
