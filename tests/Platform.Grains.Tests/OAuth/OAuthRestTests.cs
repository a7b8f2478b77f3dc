using System.Text;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.OAuth;

/// <summary>A stolen database opens nothing (invariant 4): what opens something is found nowhere in it, neither as a key nor in a payload.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class OAuthRestTests(GrainNodes nodes)
{
    [Fact]
    public async Task SecretsThatOpenSomething_AreInNoRow()
    {
        var secrets = Enumerable.Range(0, 6).Select(_ => OAuthFacts.NewSecret()).ToList();
        var authorization = await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync());
        var ends = nodes.Time.GetUtcNow().AddMinutes(10);
        await nodes.Grains(0).AuthorizationCode(SecretKey.FromSecret(secrets[0])).IssueAsync(new CodeSnapshot(authorization, "https://a.example", true, null, ends));
        await nodes.Grains(0).PushedRequest(SecretKey.FromSecret(secrets[1])).StoreAsync(new PushedRequest(authorization.Client, "", ends, null));
        await nodes.Grains(0).DeviceCode(SecretKey.FromSecret(secrets[2])).StartAsync(
            new DeviceRequest(authorization.Client, 1, [], null, [], "", TimeSpan.FromSeconds(5), ends, null));
        await nodes.Grains(0).UserCode(SecretKey.FromSecret(secrets[3])).ClaimAsync(SecretKey.FromSecret(secrets[2]), ends);
        await nodes.Grains(0).UserGrants(authorization.User).AddPersonalTokenAsync(
            new PersonalToken(SecretKey.FromSecret(secrets[4]), "handle", "name", new ScopePath("/infra"), 0, 0, ends, ends), 5);
        await nodes.NewFamilyAsync(authorization, SecretKey.FromSecret(secrets[5]).Value);

        var found = 0;
        foreach (var type in new[] { "oauth-code", "oauth-pushed", "oauth-device", "oauth-user-code", "oauth-personal", "oauth-grants", "oauth-family" })
        {
            var rows = await nodes.States(0).ListAsync(type, null, 100_000, CancellationToken.None);
            var text = string.Join('\n', rows.Select(row => $"{row.Key} {Encoding.UTF8.GetString(row.Payload.Span)}"));
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
            found += secrets.Count(secret => text.Contains(SecretKey.FromSecret(secret).Value, StringComparison.Ordinal));
        }

        // Their hashes are: the test has looked where it should.
        Assert.True(found >= secrets.Count, $"{found} hashes found.");
    }
}
