using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Platform.Grains;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Bench.Administration;

/// <summary>Loads a large community, and asks what the console's pages ask: how long each takes, and the memory that it takes.</summary>
internal static class ListBenchmark
{
    private const int Turns = 15;

    /// <summary>Runs on a SQLite file, or on the PostgreSQL database that is named.</summary>
    public static async Task<int> RunAsync(string? connectionString)
    {
        var folder = Directory.CreateTempSubdirectory("platform-bench-");
        try
        {
            var file = Path.Combine(folder.FullName, "bench.db");
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection([connectionString is null ? new("Storage:Path", file) : new("Storage:ConnectionString", connectionString)])
                .Build();
            var services = new ServiceCollection();
            services.AddLogging();
            services.AddSingleton<IConfiguration>(configuration);
            services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
            services.AddPlatformStorage(configuration).AddPlatformGrains(configuration);
            await using var provider = services.BuildServiceProvider();
            await provider.GetRequiredService<StorageStart>().EnsureReadyAsync(CancellationToken.None);
            Console.WriteLine($"{LargeCommunity.Users} users, 10,001 scopes, {(connectionString is null ? "SQLite" : "PostgreSQL")}");
            await LoadAsync(provider);
            if (connectionString is null)
            {
                Write("the file", string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(file).Length / 1e6:0} MB"));
            }

            await AskAsync(provider);
            using var process = Process.GetCurrentProcess();
            Write("memory: managed heap after collection", string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalMemory(forceFullCollection: true) / 1e6:0} MB"));
            Write("memory: the process", string.Create(CultureInfo.InvariantCulture, $"{process.WorkingSet64 / 1e6:0} MB"));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task LoadAsync(IServiceProvider services)
    {
        var community = new LargeCommunity(
            services.GetRequiredService<IStateStore>(), services.GetRequiredService<IActivityStore>(), services.GetRequiredService<TimeProvider>());
        await TimeAsync("load: 10,001 scopes", community.WriteScopesAsync);
        await TimeAsync("load: 500 clients", community.WriteClientsAsync);
        await TimeAsync("load: users, memberships, sessions", community.WriteUsersAsync);
    }

    private static async Task AskAsync(IServiceProvider services)
    {
        var users = services.GetRequiredService<UserList>();
        var members = services.GetRequiredService<MemberList>();
        var sessions = services.GetRequiredService<SessionList>();
        var scopes = services.GetRequiredService<ScopeAdministration>();
        var root = new ScopePath(LargeCommunity.Root);
        var organisation = new ScopePath(LargeCommunity.Organisation(42));
        var environment = new ScopePath(LargeCommunity.Environment(42));
        var operatorActor = AdministrationActor.Operator("bench");
        var manager = AdministrationActor.Of(new UserKey(UserKey.Local, 42.ToString("x8", CultureInfo.InvariantCulture)), null, "::1");
        var deep = (await users.FindAsync(new() { NamePrefix = "rossi5" }, new(1), default)).Value!.Next;

        await MedianAsync("users: first page", () => users.FindAsync(new(), new(), default));
        await MedianAsync("users: a page in the middle", () => users.FindAsync(new(), new(Cursor: deep), default));
        await MedianAsync("users: text that one has", () => users.FindAsync(new() { Text = "ada77770@" }, new(), default));
        await MedianAsync("users: text that a tenth has", () => users.FindAsync(new() { Text = "ÉLODIE" }, new(), default));
        await MedianAsync("users: name prefix, ten suggestions", () => users.FindAsync(new() { NamePrefix = "Müller12" }, new(10), default));
        await MedianAsync("users: disabled", () => users.FindAsync(new() { Disabled = true }, new(), default));
        await MedianAsync("users: with a role anywhere", () => users.FindAsync(new() { Role = Roles.VREManager }, new(), default));
        await MedianAsync("users: that a VO's manager sees", () => users.FindAsync(new() { VisibleIn = ScopeSelection.Below(organisation) }, new(), default));
        await MedianAsync("members: of the infrastructure", () => members.FindAsync(new() { Scopes = ScopeSelection.Of(root) }, new(), default));
        await MedianAsync("members: of a VO", () => members.FindAsync(new() { Scopes = ScopeSelection.Of(organisation) }, new(), default));
        await MedianAsync("members: of a VRE", () => members.FindAsync(new() { Scopes = ScopeSelection.Of(environment) }, new(), default));
        await MedianAsync("members: requests below a VO", () => members.FindAsync(
            new() { Scopes = ScopeSelection.Below(organisation), Standings = [MemberStanding.Pending] }, new(), default));
        await MedianAsync("members: all requests", () => members.FindAsync(new() { Standings = [MemberStanding.Pending] }, new(), default));
        await MedianAsync("sessions: all", () => sessions.FindAsync(new(), new(), default));
        await MedianAsync("sessions: in a VO and below", () => sessions.FindAsync(new() { Scopes = ScopeSelection.Below(organisation) }, new(), default));
        await MedianAsync("sessions: in the infrastructure and below", () => sessions.FindAsync(new() { Scopes = ScopeSelection.Below(root) }, new(), default));
        await MedianAsync("sessions: of an address", () => sessions.FindAsync(new() { Address = "192.0.2.100" }, new(), default));
        await MedianAsync("scopes: first page, by the operator", () => scopes.ListAsync(operatorActor, new(), default));
        await MedianAsync("scopes: first page, by a VO's manager", () => scopes.ListAsync(manager, new(), default));
        await MedianAsync("scopes: text", () => scopes.ListAsync(operatorActor, new() { Text = "VO042/VRE1" }, default));
    }

    private static async Task TimeAsync(string what, Func<Task> act)
    {
        var begun = Stopwatch.GetTimestamp();
        await act();
        Write(what, string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s"));
    }

    private static async Task MedianAsync<T>(string what, Func<Task<AdministrationResult<Page<T>>>> ask)
    {
        var times = new List<double>(Turns);
        Page<T>? page = null;
        for (var turn = 0; turn < Turns; turn++)
        {
            var begun = Stopwatch.GetTimestamp();
            page = (await ask()).Value ?? throw new InvalidOperationException($"{what} was refused.");
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        times.Sort();
        Write(what, string.Create(CultureInfo.InvariantCulture, $"{times[Turns / 2]:0.0} ms (worst {times[^1]:0.0}), {page!.Items.Count} of {page.Total}"));
    }

    private static void Write(string what, string figure) => Console.WriteLine($"{what,-48} {figure}");
}
