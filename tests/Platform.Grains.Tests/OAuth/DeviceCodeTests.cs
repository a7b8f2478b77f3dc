using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.OAuth;

[Collection(GrainNodesTests.Name)]
public sealed class DeviceCodeTests(GrainNodes nodes)
{
    private static readonly ClientId Client = new("device");
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Approved_ItIsAnsweredOnce_ByHoweverManyItIsAsked()
    {
        var key = await StartAsync();
        Assert.Equal(DeviceOutcome.Pending, await PollAsync(0, key));
        Assert.Equal("192.0.2.5", (await nodes.Grains(1).DeviceCode(key).FindPendingAsync())!.Address);
        var authorization = await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync());
        Assert.True(await nodes.Grains(1).DeviceCode(key).DecideAsync(authorization));
        Assert.Null(await nodes.Grains(0).DeviceCode(key).FindPendingAsync());

        var polls = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => nodes.Grains(i % 2).DeviceCode(key).PollAsync($"attempt {i}", Client)));
        var winner = Array.FindIndex(polls, poll => poll.Outcome == DeviceOutcome.Approved);
        Assert.Equal(authorization.User, polls[winner].Authorization!.User);
        Assert.Equal(49, polls.Count(poll => poll.Outcome == DeviceOutcome.Refused && poll.Authorization is null));
        Assert.Equal(DeviceOutcome.Approved, (await nodes.Grains(0).DeviceCode(key).PollAsync($"attempt {winner}", Client)).Outcome);
    }

    [Fact]
    public async Task Denied_ItIsDenied_AndNobodyDecidesAgain()
    {
        var key = await StartAsync();
        Assert.True(await nodes.Grains(0).DeviceCode(key).DecideAsync(null));
        Assert.False(await nodes.Grains(1).DeviceCode(key).DecideAsync(
            await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync())));
        Assert.Equal(DeviceOutcome.Denied, await PollAsync(1, key));
        Assert.Equal(DeviceOutcome.Denied, await PollAsync(0, key));
    }

    [Fact]
    public async Task AskedTooSoon_ItHasToWaitLongerFromThenOn()
    {
        var key = await StartAsync();
        Assert.Equal(DeviceOutcome.Pending, await PollAsync(0, key));
        nodes.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(DeviceOutcome.SlowDown, await PollAsync(1, key));
        nodes.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(DeviceOutcome.SlowDown, await PollAsync(0, key));
        nodes.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(DeviceOutcome.Pending, await PollAsync(1, key));
    }

    [Fact]
    public async Task AskedAgainUnderTheSameName_ItIsTheSameQuestion()
    {
        var key = await StartAsync();
        Assert.Equal(DeviceOutcome.Pending, (await nodes.Grains(0).DeviceCode(key).PollAsync("one", Client)).Outcome);
        Assert.Equal(DeviceOutcome.Pending, (await nodes.Grains(1).DeviceCode(key).PollAsync("one", Client)).Outcome);
    }

    [Fact]
    public async Task AnotherClient_AndAnInventedCode_AreRefused()
    {
        var key = await StartAsync();
        Assert.Equal(DeviceOutcome.Refused, (await nodes.Grains(1).DeviceCode(key).PollAsync("one", new ClientId("other"))).Outcome);
        Assert.Equal(DeviceOutcome.Refused, await PollAsync(0, SecretKey.FromSecret(OAuthFacts.NewSecret())));
        Assert.NotNull(await nodes.Grains(0).DeviceCode(key).FindPendingAsync());
    }

    [Fact]
    public async Task Over_ItIsExpired_AndNobodyDecides()
    {
        var key = await StartAsync();
        nodes.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await nodes.Grains(0).DeviceCode(key).FindPendingAsync());
        Assert.False(await nodes.Grains(0).DeviceCode(key).DecideAsync(null));
        Assert.Equal(DeviceOutcome.Expired, await PollAsync(1, key));
    }

    [Fact]
    public async Task UserCode_BelongsToOne_UntilThatIsOver()
    {
        var code = SecretKey.FromSecret(OAuthFacts.NewSecret());
        var devices = Enumerable.Range(0, 10).Select(_ => SecretKey.FromSecret(OAuthFacts.NewSecret())).ToList();
        var ends = nodes.Time.GetUtcNow().AddMinutes(10);
        var claims = await Task.WhenAll(devices.Select((device, i) => nodes.Grains(i % 2).UserCode(code).ClaimAsync(device, ends)));
        var winner = devices[Array.IndexOf(claims, true)];
        Assert.Single(claims, claimed => claimed);
        Assert.Equal(winner, await nodes.Grains(1).UserCode(code).FindAsync());
        Assert.True(await nodes.Grains(1).UserCode(code).ClaimAsync(winner, ends));

        nodes.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await nodes.Grains(0).UserCode(code).FindAsync());
        var next = SecretKey.FromSecret(OAuthFacts.NewSecret());
        Assert.True(await nodes.Grains(0).UserCode(code).ClaimAsync(next, ends.AddMinutes(10)));
        Assert.Equal(next, await nodes.Grains(1).UserCode(code).FindAsync());
    }

    private async Task<SecretKey> StartAsync()
    {
        var key = SecretKey.FromSecret(OAuthFacts.NewSecret());
        var request = new DeviceRequest(
            Client, 1, ["openid"], new ScopePath("/infra"), [], "192.0.2.5", Interval, nodes.Time.GetUtcNow().AddMinutes(10), null);
        await nodes.Grains(0).DeviceCode(key).StartAsync(request);
        await nodes.Grains(1).DeviceCode(key).StartAsync(request);
        return key;
    }

    private async Task<DeviceOutcome> PollAsync(int node, SecretKey key) =>
        (await nodes.Grains(node).DeviceCode(key).PollAsync(OAuthFacts.NewSecret(), Client)).Outcome;
}
