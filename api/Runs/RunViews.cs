using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Scopes;
using Platform.Api.Resources;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;

namespace Platform.Api.Runs;

/// <summary>How much of a run somebody sees.</summary>
internal enum RunSight
{
    /// <summary>Nothing, not even that it is there.</summary>
    Nothing,

    /// <summary>What it does and how it goes: members of its scope.</summary>
    Summary,

    /// <summary>All of it, with its log; and they may cancel it: who started it, and who manages runs in its scope.</summary>
    Everything,
}

/// <summary>Who sees which runs, and in which scope a request is.</summary>
internal sealed class RunViews(IPlatformGrains grains)
{
    /// <summary>How much of a run somebody sees.</summary>
    public static RunSight SightOf(Principal principal, RunSnapshot run)
    {
        var isInside = principal.LimitedTo is not { } limit || limit == run.Scope;
        return !isInside ? RunSight.Nothing
            : principal.Subject == run.User || principal.Access.Allows(Permission.ManageRuns, run.Scope) ? RunSight.Everything
            : principal.Access.MayEnter(run.Scope) ? RunSight.Summary
            : RunSight.Nothing;
    }

    /// <summary>A run, and how much of it is seen; null where there is none for the caller.</summary>
    public async Task<(RunSnapshot Run, RunSight Sight)?> FindAsync(Principal principal, string id) =>
        RunId.TryParse(id, out var parsed) && await grains.Run(parsed).FindAsync() is { } run && SightOf(principal, run) is var sight and not RunSight.Nothing
            ? (run, sight)
            : null;

    /// <summary>How many runs wait before one, among positions that were asked for; null where it does not wait.</summary>
    public static int? PositionOf(RunSnapshot run, IReadOnlyDictionary<RunId, int> positions) =>
        positions.TryGetValue(run.Id, out var position) ? position : null;

    /// <summary>The scope that a request is in: that of the session or token, or else the one that it names; the refusal where it is in none.</summary>
    /// <param name="principal">Who calls.</param>
    /// <param name="named">The scope that the request names; null: none.</param>
    public static (ScopeSnapshot? Scope, Problem? Refusal) FindScope(Principal principal, ScopePath? named)
    {
        const string place = "query parameter scope";
        if (principal.Scope is { } carried)
        {
            return named is null || named == carried.Path ? (carried, null) : (null, new Problem(ResourceErrors.ScopeMismatch, Place: place));
        }

        if (named is not { } path)
        {
            return (null, new Problem(ScopeErrors.NoScopeSelected, "Enter a scope, or name one.", place));
        }

        return principal.Access.MayEnter(path) && principal.Access.Scopes.Find(path) is { } scope ? (scope, null) : (null, new Problem(ScopeErrors.NotAMember));
    }
}
