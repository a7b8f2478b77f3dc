using Platform.Grains.Administration;
using Platform.Grains.Administration.Runs;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Tests.OAuth;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.Runs;

/// <summary>Runs for tests.</summary>
internal static class RunFacts
{
    public const string Image = "localhost/image:1";

    /// <summary>A scope in which its members run the image, with a member of it.</summary>
    public static async Task<(UserKey User, ScopeSnapshot Scope, ClientSnapshot Client)> NewRunnerAsync(this GrainNodes nodes)
    {
        var user = await nodes.NewUserAsync();
        var scope = await nodes.NewContextAsync(user);
        await nodes.AllowAsync(scope.Path);
        return (user, scope, await nodes.NewClientAsync());
    }

    /// <summary>Lets the members of a scope run the image.</summary>
    public static async Task AllowAsync(this GrainNodes nodes, ScopePath scope) => Assert.True((await nodes.Get<RunSettingsAdministration>(0).ChangeAsync(
        AdministrationActor.Operator("test"), scope, new RunSettingsChange { Images = new([Image]), ForMembers = new(true) }, null, CancellationToken.None)).IsDone);

    /// <summary>A run that is asked for, resting on what holds now.</summary>
    public static async Task<NewRun> DescribeAsync(this GrainNodes nodes, UserKey user, ScopeSnapshot scope, ClientSnapshot client)
    {
        var authorization = await nodes.AuthorizeAsync(user, client, scope);
        var live = (await nodes.OAuth(0).FindLiveAsync(authorization, CancellationToken.None))!;
        var request = new RunRequest { Image = Image, Command = ["true"], Limits = new RunLimits(64L * 1024 * 1024, 1, TimeSpan.FromMinutes(10)), Label = "a label" };
        return new NewRun(RunId.New(), request, authorization, client.Id, client.Epoch, null, live.Access);
    }

    /// <summary>Puts a run into the queue.</summary>
    public static async Task<RunId> SubmitAsync(this GrainNodes nodes, NewRun run, int node = 0)
    {
        var submission = await nodes.Get<IRunQueue>(node).SubmitAsync(run, CancellationToken.None);
        Assert.True(submission.Run is not null, submission.Detail);
        return submission.Run.Id;
    }

    /// <summary>Has a machine take the first run; it says that it is there before, since the sweeper takes runs from one that nobody has heard of.</summary>
    public static async Task<RunSnapshot?> ClaimAsync(this GrainNodes nodes, string machine, int node = 0)
    {
        await nodes.Get<RunMachines>(node).BeatAsync(new RunMachineWord(machine, "holder", "node", "Podman", true, 8), CancellationToken.None);
        return await nodes.Get<IRunQueue>(node).ClaimAsync(machine, CancellationToken.None);
    }

    /// <summary>A run whose container runs on a machine.</summary>
    public static async Task<(RunSnapshot Run, TokenGrounds Token)> NewRunningAsync(this GrainNodes nodes, UserKey user, ScopeSnapshot scope, ClientSnapshot client, string machine)
    {
        var id = await nodes.SubmitAsync(await nodes.DescribeAsync(user, scope, client));
        Assert.Equal(id, (await nodes.ClaimAsync(machine))!.Id);
        Assert.NotNull(await nodes.Grains(0).Run(id).BeginStartAsync(machine, "holder", "sha256:1"));
        var run = (await nodes.Grains(1).Run(id).NoteStartedAsync(machine, nodes.Time.GetUtcNow()))!;
        return (run, TokenOf(run));
    }

    /// <summary>What a token of a run says that it hangs on.</summary>
    public static TokenGrounds TokenOf(RunSnapshot run) =>
        new($"t-{OAuthFacts.NewSecret()}", run.Client, run.ClientEpoch, null, run.Scope, run.Authorization.ContextEpoch, run.Id);

    public static RunEnding Ending(this GrainNodes nodes, RunOutcome outcome = RunOutcome.Succeeded, int? exitCode = 0) => new(outcome, exitCode, null, nodes.Time.GetUtcNow());
}
