using System.Net;
using System.Text.Json;
using Platform.Api.Tests.Support;
using Platform.Grains.Scopes;
using static Platform.Api.Tests.Administration.Permissions.PermissionNode;

namespace Platform.Api.Tests.Administration.Permissions;

/// <summary>Each permission by each way in, for a holder of each role: those who may do it do it, and for nobody else anything changes.</summary>
public sealed class PermissionTests(PermissionNode node) : IClassFixture<PermissionNode>
{
    public const string Rest = "rest";
    public const string Console = "console";
    public const string Command = "command";

    private int _names;

    /// <summary>The ways in.</summary>
    public static IReadOnlyList<string> Ways { get; } = [Rest, Console, Command];

    public static TheoryData<Permission> Permissions => [.. PermissionTable.Acts.Select(act => act.Permission)];

    [Theory]
    [MemberData(nameof(Permissions))]
    public async Task Act_IsForItsRolesAlone_ByEveryWay(Permission permission)
    {
        var act = PermissionTable.Acts.Single(act => act.Permission == permission);
        var wrong = new List<string>();
        foreach (var way in Ways)
        {
            foreach (var person in Everyone)
            {
                var target = TargetOf(act, way, person);
                if (act.Prepare is { } prepare)
                {
                    await prepare(node, target);
                }

                var isAllowed = act.Allowed.Contains(person);
                var before = act.State is null ? "" : await act.State(node, target);
                var answer = way switch
                {
                    Rest => await TryRestAsync(person, act.Rest(target), isAllowed, act.Shows),
                    Console => await TryConsoleAsync(person, act.Console(target), isAllowed, act.Shows),
                    _ => await TryCommandAsync(person, act.Command(target), isAllowed, act.Shows),
                };
                var after = act.State is null ? "" : await act.State(node, target);
                if (answer is not null)
                {
                    wrong.Add($"{way}, {person}: {answer}");
                }

                if (act.State is not null && before == after == isAllowed)
                {
                    wrong.Add($"{way}, {person}: {(isAllowed ? "nothing changed" : "something changed")}: {after}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task WhatOtherServicesAskFor_IsSaid()
    {
        foreach (var (permission, allowed) in PermissionTable.WithoutAct)
        {
            foreach (var person in Everyone)
            {
                var me = await node.SendAsync(person, new("GET", "/admin/api/me")).JsonAsync();
                var here = me.GetProperty("scopes").EnumerateArray().FirstOrDefault(scope => scope.GetProperty("path").GetString() == Vre);
                var said = here.ValueKind == JsonValueKind.Object && NamesIn(here.GetProperty("permissions")).Contains(NameOfPermission(permission));
                Assert.True(said == allowed.Contains(person), $"{permission}, {person}: {me}");
            }
        }
    }

    [Fact]
    public async Task WhatRunsInAScope_IsSetAndPrintedByTheCommandLine()
    {
        string[] set = ["scope", "set-runs", Vre, "--image", "one:1", "--image", "two:1", "--members", "true", "--running", "3", "--memory-bytes", "67108864", "--cpus", "0.5", "--time-seconds", "90"];
        Assert.Equal(0, (await node.RunAsync(Roles.VREManager, new(set))).Exit);
        var printed = await node.RunAsync(Roles.VREManager, new(["scope", "runs", Vre]));
        Assert.True(printed.Exit == 0, printed.Error);
        foreach (var word in new[] { "one:1", "two:1", "67108864", "0.5", "90" })
        {
            Assert.Contains(word, printed.Output, StringComparison.Ordinal);
        }

        // What is not given stays; what is none changes nothing.
        Assert.Equal(0, (await node.RunAsync(Roles.VREManager, new(["scope", "set-runs", Vre, "--running", "1"]))).Exit);
        var bad = await node.RunAsync(Roles.VREManager, new(["scope", "set-runs", Vre, "--image", "no image"]));
        Assert.Equal(1, bad.Exit);
        Assert.Contains("no image", bad.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await node.RunAsync(Roles.VREManager, new(["scope", "set-runs", Vre, "--running", "2", "--if-match", "another"]))).Exit);
        var after = await node.SendAsync(Roles.VREManager, new("GET", $"/admin/api/scopes/{Segment(Vre)}/runs")).JsonAsync();
        Assert.Equal((1, 2, 0.5), (after.GetProperty("running").GetInt32(), after.GetProperty("images").GetArrayLength(), after.GetProperty("cpus").GetDouble()));
        Assert.Equal(1, (await node.RunAsync(Roles.DataManager, new(["scope", "runs", Vre]))).Exit);
    }

    [Fact]
    public async Task TheTable_IsToldAsItIs()
    {
        var told = await node.SendAsync(Roles.Member, new("GET", "/admin/api/permissions")).JsonAsync();
        Assert.Equal(Enum.GetValues<Permission>().Select(NameOfPermission), NamesIn(told.GetProperty("permissions")));
        var expected = PermissionTable.Acts.Select(act => (act.Permission, act.Allowed)).Concat(PermissionTable.WithoutAct.Select(entry => (entry.Key, entry.Value))).ToList();
        Assert.Equal(Enum.GetValues<Permission>(), expected.Select(entry => entry.Item1).Order());
        foreach (var row in told.GetProperty("roles").EnumerateArray())
        {
            var role = row.GetProperty("role").GetString()!;
            Assert.Equal(
                expected.Where(entry => entry.Item2.Contains(role)).Select(entry => NameOfPermission(entry.Item1)).Order(StringComparer.Ordinal),
                NamesIn(row.GetProperty("permissions")).Order(StringComparer.Ordinal));
        }
    }

    private Target TargetOf(PermissionAct act, string way, string person) => new(
        FormattableString.Invariant($"{act.Permission}{way}{++_names}"),
        act.UsesUp ? OwnOf(act.Permission, way, person) : act.Permission == Permission.ManageClients ? node.Client : Vre);

    private async Task<string?> TryRestAsync(string person, RestCall call, bool isAllowed, string? shows)
    {
        using var answer = await node.SendAsync(person, call);
        var text = await answer.Content.ReadAsStringAsync();
        var isRight = isAllowed
            ? answer.IsSuccessStatusCode && Has(text, shows)
            : answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound && IsQuiet(text, shows);
        return isRight ? null : Told((int)answer.StatusCode, text);
    }

    private async Task<string?> TryConsoleAsync(string person, ConsoleStep step, bool isAllowed, string? shows)
    {
        var (atStatus, at) = await node.PageAsync(person, step.At);
        var offers = atStatus == HttpStatusCode.OK && at.Contains(step.Offer, StringComparison.Ordinal);
        if (offers != isAllowed)
        {
            return $"{step.At} {(offers ? "offers" : "does not offer")} {step.Offer}: {(int)atStatus}";
        }

        if (step.Action is null)
        {
            var (seen, page) = await node.PageAsync(person, step.Form);
            var isShown = isAllowed ? seen == HttpStatusCode.OK && Has(page, shows) : seen is HttpStatusCode.Forbidden or HttpStatusCode.NotFound && IsQuiet(page, shows);
            return isShown ? null : Told((int)seen, page);
        }

        var (status, html) = await node.SubmitAsync(person, step, isAllowed);
        var isDone = isAllowed ? status == HttpStatusCode.SeeOther : status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound && !html.Contains(ForgedTitle, StringComparison.Ordinal);
        return isDone ? null : Told((int)status, html);
    }

    private async Task<string?> TryCommandAsync(string person, CommandCall call, bool isAllowed, string? shows)
    {
        var (exit, output, error) = await node.RunAsync(person, call);
        var isRight = isAllowed ? exit == 0 && Has(output, shows) : exit == 1 && output.Length == 0 && IsRefusal(error);
        return isRight ? null : Told(exit, output + error);
    }

    /// <summary>Not a command that failed of something else: what the server refused stands in standard error.</summary>
    private static bool IsRefusal(string error) => error.Length > 0 && !error.Contains("Log in at", StringComparison.Ordinal) && !error.Contains("does not answer", StringComparison.Ordinal);

    private static string ForgedTitle { get; } = WebUtility.HtmlEncode(Platform.Api.Sessions.SessionErrors.Forged.Title);

    /// <summary>What a page says beside what is around it.</summary>
    private static string Told(int status, string text) => FormattableString.Invariant($"{status} {text[Math.Max(0, text.IndexOf("<h1>", StringComparison.Ordinal))..]}");

    private static bool Has(string text, string? sought) => sought is null || text.Contains(sought, StringComparison.Ordinal);

    private static bool IsQuiet(string text, string? secret) => secret is null || !text.Contains(secret, StringComparison.Ordinal);

    private static IEnumerable<string> NamesIn(JsonElement list) => list.EnumerateArray().Select(name => name.GetString()!);

    private static string NameOfPermission(Permission permission) => JsonNamingPolicy.CamelCase.ConvertName(permission.ToString());
}
