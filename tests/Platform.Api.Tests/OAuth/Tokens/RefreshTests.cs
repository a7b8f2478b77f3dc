using Microsoft.Extensions.DependencyInjection;
using Platform.Api.OAuth.Keys;
using Platform.Api.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Api.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Api.Tests.OAuth.Tokens;

/// <summary>Refresh tokens follow from one another, end together, and are of use to their client alone.</summary>
[Collection(TokenCollection.Name)]
public sealed class RefreshTests(TokenNode given)
{
    [Fact]
    public async Task Refresh_GivesNewTokens_WithoutTheNonce()
    {
        var (tokens, authorization, _) = await given.TokensAsync(TokenNode.Public, "openid read");
        var next = await given.RefreshAsync(TokenNode.Public, tokens.Text("refresh_token")).JsonAsync();
        Assert.NotEqual(tokens.Text("refresh_token"), next.Text("refresh_token"));
        Assert.NotEqual(tokens.Text("access_token"), next.Text("access_token"));
        var id = await given.ClaimsAsync(next.Text("id_token"), JwtSigner.IdTokenType);
        Assert.False(id.Has("nonce"));
        Assert.Equal(authorization.AuthenticatedAt.ToUnixTimeSeconds(), id.GetProperty("auth_time").GetInt64());
        Assert.True(await given.IsActiveAsync(next.Text("access_token")));
    }

    [Fact]
    public async Task RepeatedRefresh_GivesTheSameSuccessor_WithinTheGrace()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Public, "read");
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => given.RefreshAsync(TokenNode.Public, tokens.Text("refresh_token")).JsonAsync()));
        Assert.Single(answers.Select(answer => answer.Text("refresh_token")).Distinct());
    }

    [Fact]
    public async Task OldToken_EndsTheFamily()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Public, "read");
        var first = tokens.Text("refresh_token");
        var second = (await given.RefreshAsync(TokenNode.Public, first).JsonAsync()).Text("refresh_token");
        var third = await given.RefreshAsync(TokenNode.Public, second).JsonAsync();
        Assert.Equal("invalid_grant", await given.RefreshAsync(TokenNode.Public, first).ErrorAsync());
        Assert.Equal("invalid_grant", await given.RefreshAsync(TokenNode.Public, third.Text("refresh_token")).ErrorAsync());
        Assert.False(await given.IsActiveAsync(third.Text("access_token")));
    }

    [Fact]
    public async Task ForgedToken_EndsNothing()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Public, "read");
        var text = tokens.Text("refresh_token");
        var forged = text[..30] + (text[30] == 'A' ? 'B' : 'A') + text[31..];
        Assert.Equal("invalid_grant", await given.RefreshAsync(TokenNode.Public, forged).ErrorAsync());
        Assert.Equal("invalid_grant", await given.RefreshAsync(TokenNode.Viewer, text).ErrorAsync());
        await given.RefreshAsync(TokenNode.Public, text).JsonAsync();
    }

    [Fact]
    public async Task FewerOAuthScopes_AreGiven_MoreAreNot()
    {
        var (tokens, _, _) = await given.TokensAsync(TokenNode.Web, "openid read");
        Assert.Equal("invalid_scope", await given.RefreshAsync(TokenNode.Web, tokens.Text("refresh_token"), ("scope", "read write")).ErrorAsync());
        var narrow = await given.RefreshAsync(TokenNode.Web, tokens.Text("refresh_token"), ("scope", "read")).JsonAsync();
        Assert.Equal("read", narrow.Text("scope"));
        Assert.False(narrow.Has("id_token"));
    }

    [Fact]
    public async Task AnotherContext_NeedsMembershipAndConsent()
    {
        var (tokens, authorization, _) = await given.TokensAsync(TokenNode.Web, "read", context: TestData.AquaMaps);
        var token = tokens.Text("refresh_token");
        Assert.Equal("invalid_target", await given.RefreshAsync(TokenNode.Web, token, ("audience", TestData.Icis)).ErrorAsync());
        Assert.Equal("invalid_target", await given.RefreshAsync(TokenNode.Web, token, ("audience", TestData.Farm)).ErrorAsync());
        await given.Grains.UserGrants(authorization.User).GiveAsync(new ClientId(TokenNode.Web), ["read"], new ScopePath(TestData.Farm));
        var changed = await given.RefreshAsync(TokenNode.Web, token, ("audience", TestData.Farm)).JsonAsync();
        Assert.Equal(TestData.Farm, (await given.ClaimsAsync(changed.Text("access_token"), JwtSigner.AccessTokenType)).Text("context"));
        Assert.True(await given.IsActiveAsync(changed.Text("access_token")));
    }

    [Fact]
    public async Task WhatEndsTheGrounds_EndsTheTokens()
    {
        var (tokens, authorization, session) = await given.TokensAsync(TokenNode.Web, "read", "bob");
        (await given.Node.SendAsync(HttpMethod.Delete, "/session", null, "X-Session-Id: " + session)).Dispose();
        Assert.False(await given.IsActiveAsync(tokens.Text("access_token")));
        Assert.Equal("invalid_grant", await given.RefreshAsync(TokenNode.Web, tokens.Text("refresh_token")).ErrorAsync());

        var (offline, _, other) = await given.TokensAsync(TokenNode.Web, "read offline_access", "bob", bound: false);
        (await given.Node.SendAsync(HttpMethod.Delete, "/session", null, "X-Session-Id: " + other)).Dispose();
        Assert.True(await given.IsActiveAsync(offline.Text("access_token")));
        await given.Grains.UserGrants(authorization.User).WithdrawAsync(new ClientId(TokenNode.Web));
        Assert.False(await given.IsActiveAsync(offline.Text("access_token")));
        Assert.Equal("invalid_grant", await given.RefreshAsync(TokenNode.Web, offline.Text("refresh_token")).ErrorAsync());
    }

    [Fact]
    public async Task UserWhomTheDirectoryForgot_GetsNoMoreTokens()
    {
        var directory = new Directory();
        var node = new TokenNode();
        try
        {
            await node.StartAsync(services => services.AddSingleton<IDirectoryRecheck>(directory));
            var (tokens, _, _) = await node.TokensAsync(TokenNode.Web, "read offline_access", bound: false);
            Assert.True(await node.IsActiveAsync(tokens.Text("access_token")));
            directory.Vouches = false;
            Assert.False(await node.IsActiveAsync(tokens.Text("access_token")));
            Assert.Equal("invalid_grant", await node.RefreshAsync(TokenNode.Web, tokens.Text("refresh_token")).ErrorAsync());
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task SuspendedClient_HasNoTokens()
    {
        var definition = (await given.Check.DescribeClientAsync(new ClientId(TokenNode.Web), CancellationToken.None))!.Definition;
        await given.MakeAsync("suspended", definition);
        var (tokens, _, _) = await given.TokensAsync("suspended", "read");
        await given.Grains.Client(new ClientId("suspended")).SetSuspendedAsync(true);
        Assert.False(await given.IsActiveAsync(tokens.Text("access_token")));
        Assert.Equal("invalid_client", await given.RefreshAsync("suspended", tokens.Text("refresh_token")).ErrorAsync(System.Net.HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Successor_IsAlwaysTheSame_AndOnlyOurSealIsRead()
    {
        var tokens = given.Node.Services.GetRequiredService<RefreshTokens>();
        var first = await tokens.FirstAsync(FamilyId.New(), CancellationToken.None);
        var next = await tokens.NextAsync(first, CancellationToken.None);
        Assert.Equal(next.Text, (await tokens.NextAsync(first, CancellationToken.None)).Text);
        Assert.Equal(1, next.Generation);
        Assert.Equal(first, await tokens.ReadAsync(first.Text, CancellationToken.None));
        Assert.Null(await tokens.ReadAsync(first.Text + "A", CancellationToken.None));
        Assert.Null(await tokens.ReadAsync(new string('A', first.Text.Length), CancellationToken.None));
        Assert.DoesNotContain(first.Text, first.ToString(), StringComparison.Ordinal);
    }

    private sealed class Directory : IDirectoryRecheck
    {
        public bool Vouches { get; set; } = true;

        public ValueTask<bool> ConfirmAsync(LiveSession session, CancellationToken cancellationToken) => ValueTask.FromResult(Vouches);

        public ValueTask<bool> ConfirmAsync(UserKey user, CancellationToken cancellationToken) => ValueTask.FromResult(Vouches);
    }
}
