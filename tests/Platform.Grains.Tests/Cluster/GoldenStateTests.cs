using System.Text;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.OAuth.Logout;
using Platform.Grains.Policies;
using Platform.Grains.Policies.Documents;
using Platform.Grains.Resources;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Tests.Cluster;

/// <summary>
/// Rows that older versions wrote still load, and today's version writes what the newest golden file says. A change of shape adds a
/// file; it never edits one.
/// </summary>
public sealed class GoldenStateTests
{
    [Fact]
    public void Session_V1()
    {
        var state = RoundTrip<SessionState>("session.v1.json");
        Assert.Equal(("local:5f0c", 3, 7), (state.User, state.UserEpoch, state.ScopeEpoch));
        Assert.Equal(TimeSpan.FromMinutes(30), state.IdleTimeout);
    }

    [Fact]
    public void SessionAttributes_V1()
    {
        var state = RoundTrip<SessionAttributesState>("session-attributes.v1.json");
        Assert.Equal("11", state.Find("basket")!.ETag);
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(state.Find("basket")!.Content));
    }

    [Fact]
    public void User_V1()
    {
        var state = Load<UserState>("user.v1.json");
        Assert.Equal("Alice", state.UserName);
        Assert.Equal("0011223344556677", Assert.Single(state.Sessions).Handle);
        Assert.Null(state.CreatedAt);
    }

    [Fact]
    public void User_V2()
    {
        var state = RoundTrip<UserState>("user.v2.json");
        Assert.Equal((2026, 64, 4), (state.CreatedAt!.Value.Year, state.ResetHash!.Length, state.ResetEndsAt!.Value.Day));
    }

    [Fact]
    public void LocalName_V1() => Assert.Equal("local:5f0c", RoundTrip<LocalNameState>("local-name.v1.json").Holder);

    [Fact]
    public void Memberships_V1()
    {
        var state = Load<MembershipsState>("memberships.v1.json");
        Assert.Equal("VO-Admin", Assert.Single(state.Items[0].Roles));
        Assert.Equal("ldap", state.Items[1].Source);
        Assert.Empty(state.Requests);
        Assert.Empty(state.Signatures);
    }

    [Fact]
    public void Memberships_V2()
    {
        var state = RoundTrip<MembershipsState>("memberships.v2.json");
        Assert.True(state.Items[0].Suspended);
        Assert.Equal("local:77", state.Items[0].AcceptedBy);
        Assert.Equal("not now", Assert.Single(state.Requests).Answer);
        Assert.Equal(2, Assert.Single(state.Signatures).Version);
    }

    [Fact]
    public void ScopeDefinition_V1()
    {
        var state = RoundTrip<ScopeDefinitionState>("scope-definition.v1.json");
        Assert.Equal(("/i/V/X", "ldap:77", ScopeAdmission.Private), (state.Path, state.Manager, state.Admission));
        Assert.Equal("too soon", state.Reason);
    }

    [Fact]
    public void Invitation_V1()
    {
        var state = RoundTrip<InvitationState>("invitation.v1.json");
        Assert.Equal(("/i/V", "local:77", "for Bob"), (state.Scope, state.Inviter, state.Note));
    }

    [Fact]
    public void Terms_V1() => Assert.Equal("Be kind.", RoundTrip<TermsState>("terms.v1.json").Text);

    [Fact]
    public void Scopes_V1()
    {
        var state = Load<ScopeHierarchyState>("scopes.v1.json");
        Assert.Equal(ScopeVisibility.Hidden, state.Scopes[1].Visibility);
        Assert.Equal("<B>an & infrastructure</B>", state.Scopes[0].Description);
        Assert.All(state.Scopes, scope => Assert.Equal((ScopeAdmission.Restricted, false, null), (scope.Admission, scope.Archived, scope.Terms)));
    }

    [Fact]
    public void Scopes_V2()
    {
        var state = RoundTrip<ScopeHierarchyState>("scopes.v2.json");
        Assert.Equal((ScopeAdmission.Open, true), (state.Scopes[0].Admission, state.Scopes[0].Archived));
        Assert.Equal((2, TimeSpan.FromDays(14), true), (state.Scopes[0].Terms!.Published.Length, state.Scopes[0].Terms!.Grace, state.Scopes[0].Terms!.Required));
    }

    [Fact]
    public void SessionClients_V1()
    {
        var state = RoundTrip<SessionClientsState>("oauth-session-clients.v1.json");
        Assert.Equal(["viewer", "swagger"], state.Clients.ToArray());
        Assert.Equal(2, state.Attempts);
    }

    [Fact]
    public void Resource_V1()
    {
        var state = Load<ResourceState>("resource.v1.json");
        Assert.Equal(("{\"a\": \"<é>\"}", ResourceVisibility.Managers, TimeSpan.FromMinutes(5)), (state.Content, state.Visibility, state.MaxAuthenticationAge!.Value));
        Assert.Equal(("client:service", "service", 7), (state.ChangedBy, state.ChangedByClient, state.Changes));
    }

    [Fact]
    public void Resource_V2() => Assert.Equal("00112233445566778899aabbccddeeff", RoundTrip<ResourceState>("resource.v2.json").ChangedByRun);

    [Fact]
    public void Run_V1()
    {
        var run = RoundTrip<RunState>("run.v1.json").ToSnapshot(new RunId("00112233445566778899aabbccddeeff"));
        Assert.Equal((7, RunPhase.Ended, "localhost/image:1", "a label"), (run.Sequence, run.Phase, run.Request.Image, run.Request.Label));
        Assert.Equal(new RunVariable("A", "b=c"), Assert.Single(run.Request.Environment));
        Assert.Equal(new RunLimits(67108864, 0.5, TimeSpan.FromMinutes(10)), run.Request.Limits);
        Assert.Equal((RunOutcome.Cancelled, 137, "local:77"), (run.Ending!.Outcome, run.Ending.ExitCode, run.Cancellation!.By.ToString()));
        Assert.Equal(("/i/V", 40), (run.Scope.Value, run.Progress!.Percent));
    }

    [Fact]
    public void RunQueue_V1() => Assert.Equal((12L, 9L), (RoundTrip<RunQueueState>("run-queue.v1.json").Next, RoundTrip<RunQueueState>("run-queue.v1.json").Taken));

    [Fact]
    public void RunScope_V1()
    {
        var state = RoundTrip<RunScopeState>("run-scope.v1.json");
        Assert.Equal((true, 2, 67108864L, 0.5, TimeSpan.FromHours(2)), (state.ForMembers!.Value, state.Running!.Value, state.MemoryBytes!.Value, state.Cpus!.Value, state.Time!.Value));
        Assert.Equal(["localhost/image:1"], state.Images.ToArray());
    }

    [Fact]
    public void PolicySet_V1()
    {
        var state = RoundTrip<PolicySetState>("policy-set.v1.json");
        Assert.Equal((7, "0011223344556677", "{\"rules\":[]}", "local:5f0c"), (state.Number, state.Tag, state.Document, state.ChangedBy));
        Assert.Equal([(6L, true), (5L, false)], state.Earlier.Select(revision => (revision.Number, revision.Removed)));
    }

    [Fact]
    public void PolicyRevision_V1() => Assert.Equal("{\"rules\":[]}", RoundTrip<PolicyRevisionState>("policy-revision.v1.json").Document);

    [Fact]
    public void PolicyServices_V1() =>
        Assert.Equal(["a.example", "a.example:8443"], RoundTrip<PolicyServicesState>("policy-services.v1.json").Hosts["a"].ToArray());

    [Fact]
    public void PolicyDocument_V1()
    {
        var state = RoundTrip<PolicyDocumentState>("policy-document.v1.json");
        Assert.Equal("local:5f0c", state.Owner);
        Assert.Equal([false, true], state.Resources.Select(resource => resource.ToUrl().IsWildcard));
    }

    [Fact]
    public void PolicyOwner_V1() => Assert.Equal(1, RoundTrip<PolicyOwnerState>("policy-owner.v1.json").Version);

    [Fact]
    public void PolicyResource_V1()
    {
        var entry = Assert.Single(RoundTrip<PolicyResourceState>("policy-resource.v1.json").Entries);
        Assert.Equal(("local:5f0c", "creator", true), (entry.Owner, entry.Policy, entry.Active));
        Assert.Equal([true, false], entry.Actions.Select(action => action.Allow));
        Assert.Equal([DocumentSubjectKind.Users, DocumentSubjectKind.Groups], entry.Subjects.Select(subject => subject.Kind));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file)).TrimEnd();

    /// <summary>What an older version wrote.</summary>
    private static TState Load<TState>(string file) => StateSerializer.Deserialize<TState>(Encoding.UTF8.GetBytes(Read(file)));

    /// <summary>What today's version writes.</summary>
    private static TState RoundTrip<TState>(string file)
    {
        var golden = Read(file);
        var state = Load<TState>(file);
        Assert.Equal(golden, Encoding.UTF8.GetString(StateSerializer.Serialize(state).Span));
        return state;
    }
}
