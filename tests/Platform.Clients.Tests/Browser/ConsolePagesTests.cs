using Microsoft.Playwright;
using Platform.Clients.Tests.Support;
using Platform.Testing;

namespace Platform.Clients.Tests.Browser;

/// <summary>Every page of the console and of the account: accessible, no wider than a phone, and the same when its address is opened.</summary>
[Collection(SiteTests.Name)]
public sealed class ConsolePagesTests(Site site, Chromium chromium)
{
    private static readonly string Farm = $"{PlatformCluster.Root[1..]}~FARM";
    private static readonly string AquaMaps = $"{Farm}~AquaMaps";

    private static (string Name, string Path)[] Pages =>
    [
        ("admin", "admin"),
        ("admin-search", "admin/search?q=a"),
        ("admin-tree", $"admin/scopes?at={Farm}"),
        ("admin-tree-search", "admin/scopes?sought=aqua"),
        ("admin-scope", $"admin/scopes/{AquaMaps}"),
        ("admin-scope-edit", $"admin/scopes/{AquaMaps}/edit"),
        ("admin-scope-new", $"admin/scopes/{Farm}/new"),
        ("admin-scope-define", $"admin/scopes/{Farm}/define"),
        ("admin-scope-archive", $"admin/scopes/{AquaMaps}/archive"),
        ("admin-scope-move", $"admin/scopes/{AquaMaps}/move"),
        ("admin-members", $"admin/scopes/{AquaMaps}/members"),
        ("admin-requests", $"admin/scopes/{AquaMaps}/requests"),
        ("admin-invitations", $"admin/scopes/{AquaMaps}/invitations"),
        ("admin-terms", $"admin/scopes/{Farm}/terms"),
        ("admin-scope-sessions", $"admin/scopes/{AquaMaps}/sessions"),
        ("admin-scope-policies", $"admin/scopes/{AquaMaps}/policies"),
        ("admin-scope-audit", $"admin/scopes/{AquaMaps}/audit"),
        ("admin-definitions", "admin/definitions"),
        ("admin-people", "admin/people"),
        ("admin-person-new", "admin/people/new"),
        ("admin-sessions", "admin/sessions"),
        ("admin-sessions-end", "admin/sessions/end-all"),
        ("admin-clients", "admin/clients"),
        ("admin-client-new", "admin/clients/new"),
        ("admin-client", "admin/client?id=" + ImportedClients.Web.Id),
        ("admin-client-remove", "admin/client/remove?id=" + ImportedClients.Web.Id),
        ("admin-policies", "admin/policies"),
        ("admin-policy", "admin/policies/console-pages"),
        ("admin-keys", "admin/keys"),
        ("admin-audit", "admin/audit"),
        ("admin-audit-verify", "admin/audit/verify"),
        ("admin-nodes", "admin/nodes"),
        ("account", "account"),
        ("account-join", "account/join"),
        ("account-invitation", "account/invitation"),
        ("account-terms", "account/terms"),
        ("account-sessions", "account/sessions"),
        ("account-profile", "account/profile"),
        ("account-reset", "account/reset"),
    ];

    private static readonly string[] Telling = ["admin", "admin-tree", "admin-scope", "admin-members", "admin-client-new", "admin-policy", "admin-audit", "account"];

    [Theory]
    [InlineData("light", false, false)]
    [InlineData("dark", false, true)]
    [InlineData("phone", true, false)]
    public async Task EveryPage_IsAccessible_AndFitsItsWindow(string look, bool phone, bool dark)
    {
        await using var window = await LoggedInAsync(phone, dark);
        foreach (var (name, path) in dark ? Pages.Where(page => Telling.Contains(page.Name)) : Pages)
        {
            var answer = await window.Page.GotoAsync(path);
            Assert.True(answer!.Ok, $"{path}: {answer.Status}");

            // What a phone or the dark changes is the style, which all pages share: a few tell whether it is accessible.
            await (look == "light" || Telling.Contains(name) ? window.CheckAsync($"{name}-{look}") : window.LookAsync($"{name}-{look}"));
        }

        // Those that are reached from a list.
        await window.Page.GotoAsync("admin/people?text=alice");
        await window.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "alice" }).First.ClickAsync();
        await window.CheckAsync($"admin-person-{look}");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Remove", Exact = true }).ClickAsync();
        await window.CheckAsync($"admin-person-remove-{look}");
        await window.Page.GotoAsync($"admin/scopes/{AquaMaps}/members?text=alice");
        await window.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "alice" }).First.ClickAsync();
        await window.CheckAsync($"admin-member-{look}");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Remove", Exact = true }).ClickAsync();
        await window.CheckAsync($"admin-member-remove-{look}");
    }

    [Fact]
    public async Task ABranchOfTheTree_OpensInPlace()
    {
        await using var window = await LoggedInAsync(phone: false, dark: false);
        await window.Page.GotoAsync("admin/scopes");
        var address = window.Page.Url;
        var opener = window.Page.GetByRole(AriaRole.Button, new() { Name = "What is below FARM" });
        await opener.ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "AquaMaps", Exact = true }).WaitForAsync();
        Assert.Equal(address, window.Page.Url);
        Assert.Equal("true", await opener.GetAttributeAsync("aria-expanded"));
        await opener.ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "AquaMaps", Exact = true }).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [Fact]
    public async Task BadInput_StaysInItsForm_WithTheMessageAtItsField()
    {
        await using var window = await LoggedInAsync(phone: false, dark: false);
        await RefusedAsync(window, $"admin/scopes/{Farm}/new", "#name", "a b", "Make it");
        await RefusedAsync(window, $"admin/scopes/{AquaMaps}/archive", "#name", "Aqua", "Archive it for good");
        await RefusedAsync(window, $"admin/scopes/{Farm}/define", "#name", "a/b", "Send it", ("#manager", "root"));
        await RefusedAsync(window, "admin/people/new", "#userName", "no such name: <b>", "Make the user");
        await RefusedAsync(window, "admin/clients/new", "#redirect_uris", "http://evil.example/callback", "Make the client", ("#client_name", "Bad"));
        await RefusedAsync(window, "account/invitation", "#secret", "nothing-that-anybody-made", "Look at it");
        await RefusedAsync(window, "admin/policies/console-pages", "#set", "{\"rules\": 5}", "Check it");

        // A message that leads nowhere would be a form that cannot be mended.
        await window.Page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Link).First.ClickAsync();
        Assert.EndsWith("#set", window.Page.Url, StringComparison.Ordinal);
        await window.CheckAsync("admin-policy-refused");
    }

    [Fact]
    public async Task WhatSomeoneMayNotDo_IsNotOffered_AndIsRefusedWhenPosted()
    {
        await using var window = await chromium.OpenAsync(site);
        await window.Page.GotoAsync("login");
        await window.LogInAsync("alice");
        await window.Page.WaitForURLAsync(url => !url.Contains("login", StringComparison.OrdinalIgnoreCase));
        await window.Page.GotoAsync($"admin/scopes/{AquaMaps}");
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Button, new() { Name = "Suspend" }).CountAsync());
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Link, new() { Name = "Archive" }).CountAsync());
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Navigation, new() { Name = "Administration" }).GetByRole(AriaRole.Link, new() { Name = "People" }).CountAsync());
        var token = await window.Page.Locator("input[name=antiforgery]").First.GetAttributeAsync("value");
        foreach (var (path, of) in new[] { ($"admin/scopes/{AquaMaps}/suspend", ""), ("admin/sessions/end-all", ""), ("admin/keys", ""), ("admin/client/suspend", ImportedClients.Web.Id) })
        {
            var form = window.Page.APIRequest.CreateFormData();
            form.Append("antiforgery", token!);
            form.Append("of", of);
            var answer = await window.Page.APIRequest.PostAsync(path, new() { Form = form, Headers = new Dictionary<string, string> { ["Accept"] = "text/html" }, MaxRedirects = 0 });
            Assert.True(answer.Status is 403 or 404, $"{path}: {answer.Status}");
        }

        foreach (var path in new[] { "admin/people", "admin/client?id=" + ImportedClients.Web.Id, "admin/keys", "admin/nodes", $"admin/scopes/{Farm}~NoSuchThing" })
        {
            var answer = await window.Page.GotoAsync(path);
            Assert.True(answer!.Status is 403 or 404, $"{path}: {answer.Status}");
        }
    }

    private static async Task RefusedAsync(Window window, string path, string field, string value, string button, params (string Field, string Value)[] others)
    {
        await window.Page.GotoAsync(path);
        foreach (var (other, text) in others)
        {
            await window.Page.Locator(other).FillAsync(text);
        }

        await window.Page.Locator(field).FillAsync(value);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        Assert.Equal(value, (await window.Page.Locator(field).InputValueAsync()).Trim());
        Assert.True(await window.Page.Locator($"{field}[aria-invalid=true]").CountAsync() == 1, $"{path}: no message is at {field}");
        foreach (var (other, text) in others)
        {
            Assert.Equal(text, await window.Page.Locator(other).InputValueAsync());
        }
    }

    private async Task<Window> LoggedInAsync(bool phone, bool dark)
    {
        var window = await chromium.OpenAsync(site, phone, dark);
        window.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await window.Page.GotoAsync("login");
        await window.LogInAsync("root");
        await window.Page.WaitForURLAsync(url => !url.Contains("login", StringComparison.OrdinalIgnoreCase));
        return window;
    }
}
