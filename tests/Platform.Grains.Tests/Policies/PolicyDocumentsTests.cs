using System.Globalization;
using Platform.Grains.Policies;
using Platform.Grains.Policies.Documents;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;
using Platform.Policies.Requests;
using Platform.Storage;

namespace Platform.Grains.Tests.Policies;

/// <summary>Policy documents on two nodes over one database.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class PolicyDocumentsTests(GrainNodes nodes)
{
    private readonly string _origin = $"http://h{Guid.NewGuid():N}";

    [Fact]
    public async Task WhatOneNodeAnswered_IsInForceOnTheOther()
    {
        var owner = await nodes.NewUserAsync();
        for (var i = 0; i < 10; i++)
        {
            var (here, there) = (i % 2, (i + 1) % 2);
            Assert.Null((await ReadAsync(there, "/x")).Owner);
            Assert.Equal(DocumentOutcome.Registered, (await nodes.Grains(here).PolicyDocuments(owner).RegisterAsync([Document("p" + _origin, "/x", owner)])).Outcome);
            var documents = await ReadAsync(there, "/x");
            Assert.Equal(owner.ToString(), documents.Owner);
            Assert.Equal(["p" + _origin], documents.Names);
            Assert.True(documents.Decide(_origin + "/x", "GET", new User(owner)).Allowed);
            Assert.False(documents.Decide(_origin + "/x", "PUT", new User(owner)).Allowed);
            Assert.False(documents.Decide(_origin + "/x", "GET", new User(new UserKey("local", "other"))).Allowed);
            Assert.True(await nodes.Grains(there).PolicyDocuments(owner).RemoveAsync("p" + _origin));
            Assert.False((await ReadAsync(here, "/x")).Decide(_origin + "/x", "GET", new User(owner)).Allowed);
        }
    }

    [Fact]
    public async Task AUrl_IsTheFirstOnes_HoweverManyWantItAtOnce()
    {
        var owners = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => nodes.NewUserAsync()));
        var results = await Task.WhenAll(owners.Select((owner, i) => nodes.Grains(i % 2).PolicyDocuments(owner).RegisterAsync(
            [Document(string.Create(CultureInfo.InvariantCulture, $"{_origin} {i} free"), string.Create(CultureInfo.InvariantCulture, $"/free/{i}"), owner),
             Document(string.Create(CultureInfo.InvariantCulture, $"{_origin} {i}"), "/x", owner)])));
        var winner = Assert.Single(Enumerable.Range(0, 8), i => results[i].Outcome == DocumentOutcome.Registered);
        Assert.Equal(7, results.Count(result => result.Outcome == DocumentOutcome.ResourceTaken));
        Assert.Equal(owners[winner].ToString(), (await ReadAsync(0, "/x")).Owner);

        // Of those who came too late nothing is left.
        for (var i = 0; i < 8; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/free/{i}");
            Assert.Equal(i == winner ? owners[i].ToString() : null, (await ReadAsync(1, path)).Owner);
            Assert.Equal(i == winner ? 2 : 0, (await nodes.Grains(i % 2).PolicyDocuments(owners[i]).ListAsync(null)).Length);
        }
    }

    [Fact]
    public async Task Lists_GoOnWhereTheyEnded_AndAreTheOwnersAlone()
    {
        var (owner, other) = (await nodes.NewUserAsync(), await nodes.NewUserAsync());
        var names = Enumerable.Range(0, 12).Select(i => $"{_origin} {i:00}").ToArray();
        Assert.Equal(DocumentOutcome.Registered, (await nodes.Grains(0).PolicyDocuments(owner).RegisterAsync([.. names.Select(name => Document(name, "/x", owner))])).Outcome);
        Assert.Equal(names, (await nodes.Grains(1).PolicyDocuments(owner).ListAsync(null)).ToArray());
        Assert.Equal(names[6..], (await nodes.Grains(1).PolicyDocuments(owner).ListAsync(names[5])).ToArray());
        Assert.Empty(await nodes.Grains(1).PolicyDocuments(other).ListAsync(null));
        Assert.Null(await nodes.Grains(1).PolicyDocuments(other).FindAsync(names[0]));
        Assert.False(await nodes.Grains(1).PolicyDocuments(other).RemoveAsync(names[0]));
        Assert.Equal("<xml/>", await nodes.Grains(1).PolicyDocuments(owner).FindAsync(names[0]));
    }

    [Fact]
    public async Task Removed_ADocumentLeavesNoRow()
    {
        var owner = await nodes.NewUserAsync();
        var grain = nodes.Grains(0).PolicyDocuments(owner);
        foreach (var path in (string[])["/x", "/a/-*-"])
        {
            Assert.Equal(DocumentOutcome.Registered, (await grain.RegisterAsync([Document(_origin, path, owner)])).Outcome);
            Assert.Equal(3, await CountRowsAsync(path, owner));
            Assert.True(await grain.RemoveAsync(_origin));
            Assert.Equal(0, await CountRowsAsync(path, owner));
        }
    }

    [Fact]
    public async Task NoMoreDocumentsSpeakOfAUrl_ThanADecisionCanRead()
    {
        var owner = await nodes.NewUserAsync();
        var grain = nodes.Grains(0).PolicyDocuments(owner);
        Assert.Equal(DocumentOutcome.Registered, (await grain.RegisterAsync([.. Enumerable.Range(0, 100).Select(i => Document($"{_origin} {i}", "/x", owner))])).Outcome);
        Assert.Equal(DocumentOutcome.TooMany, (await grain.RegisterAsync([Document(_origin + " more", "/x", owner)])).Outcome);
        Assert.Equal(DocumentOutcome.Registered, (await grain.RegisterAsync([Document(_origin + " more", "/y", owner)])).Outcome);
    }

    [Theory]
    [InlineData("/a/-*-", "/a/b", true)]
    [InlineData("/a/-*-", "/a", false)]
    [InlineData("/a/-*-", "/a/b/c", false)]
    [InlineData("/-*-/b", "/a/b", true)]
    [InlineData("/a", "/A", false)]
    [InlineData("/a/b", "/a/-*-", false)]
    public void Covers(string pattern, string path, bool covers)
    {
        Assert.True(ResourceUrl.TryParse(_origin + pattern, out var url, out _));
        Assert.True(ResourceUrl.TryParse(_origin + path, out var other, out _));
        Assert.Equal(covers, url.Covers(other, StringComparison.Ordinal));
    }

    private DocumentToRegister Document(string name, string path, UserKey owner)
    {
        Assert.True(ResourceUrl.TryParse(_origin + path, out var url, out var fault), fault);
        return new DocumentToRegister(
            name, "<xml/>", Active: true, [new DocumentResource(url, [new DocumentAction("GET", true), new DocumentAction("PUT", false)])],
            [new DocumentSubject(DocumentSubjectKind.Users, Exclusive: false, [owner.ToString()])]);
    }

    /// <summary>The rows of the document with the origin's name: its own, its owner's list, its URL.</summary>
    private async Task<int> CountRowsAsync(string path, UserKey owner)
    {
        Assert.True(ResourceUrl.TryParse(_origin + path, out var url, out var fault), fault);
        StateKey[] keys =
        [
            new("policy-document", PolicyDocumentState.KeyOf(_origin)),
            new("policy-owner", DocumentChanges.ListKey(owner, _origin)),
            url.IsWildcard ? new("policy-wildcards", url.WildcardsKey) : new("policy-resource", url.RowKey),
        ];
        var count = 0;
        foreach (var key in keys)
        {
            count += await nodes.States(1).ReadAsync(key, CancellationToken.None) is null ? 0 : 1;
        }

        return count;
    }

    private async Task<IRegisteredDocuments> ReadAsync(int node, string path)
    {
        Assert.True(RequestUrl.TryNormalise(_origin + path, out var url, out var fault), fault);
        return (IRegisteredDocuments)(await nodes.Policies(node).ReadAsync(PolicyQuestion.OfDocuments(url), CancellationToken.None)).Documents!;
    }

    private sealed class User(UserKey key) : IPolicySubject
    {
        public bool IsAuthenticated => true;

        public string? Client => null;

        public DateTimeOffset? AuthenticatedAt => null;

        public string? Strength => null;

        public bool IsUser(string nameOrKey) => nameOrKey == key.ToString();

        public bool IsInGroup(string group) => false;

        public bool HasRole(string role, string scope) => false;

        public bool HasOAuthScope(string oauthScope) => true;

        public bool ActsFor(string groupOrScope) => true;
    }
}
