using Platform.Grains.OAuth;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.OAuth;

[Collection(GrainNodesTests.Name)]
public sealed class AuthorizationCodeTests(GrainNodes nodes)
{
    [Fact]
    public async Task Issued_ItSaysWhatItStandsFor_OnEveryNode()
    {
        var (key, code) = await IssueAsync();
        var found = (await nodes.Grains(1).AuthorizationCode(key).FindAsync())!;
        Assert.Equal((code.RedirectUri, code.RedirectUriGiven, code.Challenge, code.EndsAt), (found.RedirectUri, found.RedirectUriGiven, found.Challenge, found.EndsAt));
        Assert.Equal(code.Authorization with { OAuthScopes = [], Audiences = [] }, found.Authorization with { OAuthScopes = [], Audiences = [] });
        Assert.Equal<string>(code.Authorization.OAuthScopes, found.Authorization.OAuthScopes);
        Assert.Equal<string>(code.Authorization.Audiences, found.Authorization.Audiences);
    }

    [Fact]
    public async Task Redeemed_By200AtOnce_OnTwoNodes_OneIsAccepted()
    {
        var (key, _) = await IssueAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => nodes.Grains(i % 2).AuthorizationCode(key).RedeemAsync($"attempt {i}")));
        Assert.Single(outcomes, CodeRedemption.Accepted);
        Assert.Equal(199, outcomes.Count(outcome => outcome == CodeRedemption.Reused));
    }

    [Fact]
    public async Task Redeemed_AgainUnderTheSameName_IsTheSameUse()
    {
        var (key, _) = await IssueAsync();
        Assert.Equal(CodeRedemption.Accepted, await nodes.Grains(0).AuthorizationCode(key).RedeemAsync("one"));
        Assert.Equal(CodeRedemption.Accepted, await nodes.Grains(1).AuthorizationCode(key).RedeemAsync("one"));
        Assert.Equal(CodeRedemption.Reused, await nodes.Grains(0).AuthorizationCode(key).RedeemAsync("two"));
        Assert.NotNull(await nodes.Grains(1).AuthorizationCode(key).FindAsync());
    }

    [Fact]
    public async Task Looked_At_NothingIsUsedUp()
    {
        var (key, _) = await IssueAsync();
        Assert.NotNull(await nodes.Grains(0).AuthorizationCode(key).FindAsync());
        Assert.NotNull(await nodes.Grains(1).AuthorizationCode(key).FindAsync());
        Assert.Equal(CodeRedemption.Accepted, await nodes.Grains(1).AuthorizationCode(key).RedeemAsync("one"));
    }

    [Fact]
    public async Task Over_ItIsUnknown()
    {
        var (key, _) = await IssueAsync();
        nodes.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await nodes.Grains(0).AuthorizationCode(key).FindAsync());
        Assert.Equal(CodeRedemption.Unknown, await nodes.Grains(1).AuthorizationCode(key).RedeemAsync("one"));
    }

    [Fact]
    public async Task Invented_ItIsUnknown_AndLeavesNoRow()
    {
        var key = SecretKey.FromSecret(OAuthFacts.NewSecret());
        Assert.Null(await nodes.Grains(0).AuthorizationCode(key).FindAsync());
        Assert.Equal(CodeRedemption.Unknown, await nodes.Grains(1).AuthorizationCode(key).RedeemAsync("one"));
        Assert.False(await nodes.HasRowAsync("oauth-code", key.Value));
    }

    [Fact]
    public async Task SecondUse_ThatOvertakesTheFirst_KeepsItsFamilyFromStarting()
    {
        var code = OAuthFacts.NewSecret();
        var (key, issued) = await IssueAsync(code);
        Assert.Equal(CodeRedemption.Accepted, await nodes.Grains(0).AuthorizationCode(key).RedeemAsync("first"));
        Assert.Equal(CodeRedemption.Reused, await nodes.Grains(1).AuthorizationCode(key).RedeemAsync("second"));
        Assert.True(await nodes.Grains(1).TokenFamily(FamilyId.FromCode(code)).EndAsync());
        Assert.False(await nodes.Grains(0).TokenFamily(FamilyId.FromCode(code)).StartAsync(nodes.Start(issued.Authorization)));
        Assert.Null(await nodes.Grains(0).TokenFamily(FamilyId.FromCode(code)).FindAsync());
    }

    [Fact]
    public async Task PushedRequest_MayBeLookedAtAgain_AndIsConsumedOnce()
    {
        var key = SecretKey.FromSecret(OAuthFacts.NewSecret());
        var request = new PushedRequest(new ClientId("client"), "scope=openid", nodes.Time.GetUtcNow().AddMinutes(1), "thumbprint");
        await nodes.Grains(0).PushedRequest(key).StoreAsync(request);
        await nodes.Grains(1).PushedRequest(key).StoreAsync(request);
        Assert.Equal(request, await nodes.Grains(1).PushedRequest(key).FindAsync());
        Assert.Equal(request, await nodes.Grains(0).PushedRequest(key).FindAsync());
        var consumed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => nodes.Grains(i % 2).PushedRequest(key).ConsumeAsync($"attempt {i}")));
        var winner = Array.IndexOf(consumed, true);
        Assert.Single(consumed, used => used);
        Assert.True(await nodes.Grains(0).PushedRequest(key).ConsumeAsync($"attempt {winner}"));
        Assert.Null(await nodes.Grains(1).PushedRequest(key).FindAsync());
    }

    [Fact]
    public async Task PushedRequest_Over_IsNone()
    {
        var key = SecretKey.FromSecret(OAuthFacts.NewSecret());
        await nodes.Grains(0).PushedRequest(key).StoreAsync(new PushedRequest(new ClientId("client"), "", nodes.Time.GetUtcNow().AddMinutes(1), null));
        nodes.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await nodes.Grains(1).PushedRequest(key).FindAsync());
        Assert.False(await nodes.Grains(0).PushedRequest(key).ConsumeAsync("one"));
        Assert.False(await nodes.Grains(0).PushedRequest(SecretKey.FromSecret(OAuthFacts.NewSecret())).ConsumeAsync("one"));
    }

    private async Task<(SecretKey Key, CodeSnapshot Code)> IssueAsync(string? code = null)
    {
        var authorization = await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync());
        var key = SecretKey.FromSecret(code ?? OAuthFacts.NewSecret());
        var snapshot = new CodeSnapshot(authorization, "https://client.example/callback", true, "challenge", nodes.Time.GetUtcNow().AddMinutes(1));
        await nodes.Grains(0).AuthorizationCode(key).IssueAsync(snapshot);
        await nodes.Grains(1).AuthorizationCode(key).IssueAsync(snapshot);
        return (key, snapshot);
    }
}
