using Platform.Grains.Scopes;

namespace Platform.Grains.Tests.Scopes;

public sealed class ScopeHierarchyChangesTests
{
    [Fact]
    public void Suspend_GivesTheScopeAndAllBelowANewEpoch_ThatReopeningKeeps()
    {
        var state = new ScopeHierarchyState
        {
            LastEpoch = 4,
            Scopes = [new() { Path = "/a" }, new() { Path = "/a/b", Epoch = 2 }, new() { Path = "/a/b/c", Epoch = 4 }, new() { Path = "/a/bb" }],
        };
        var suspended = ScopeHierarchyChanges.SetSuspended(state, 1, suspended: true);
        Assert.Equal([0, 5, 5, 0], suspended.Scopes.Select(scope => scope.Epoch));
        Assert.Equal([false, true, false, false], suspended.Scopes.Select(scope => scope.Suspended));
        var reopened = ScopeHierarchyChanges.SetSuspended(suspended, 1, suspended: false);
        Assert.Equal([0, 5, 5, 0], reopened.Scopes.Select(scope => scope.Epoch));
        Assert.DoesNotContain(reopened.Scopes, scope => scope.Suspended);
    }
}
