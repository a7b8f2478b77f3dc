using System.Collections.Immutable;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>Brings the memberships that a directory's groups give up to date.</summary>
internal sealed class DirectoryMemberships(IPlatformGrains grains, IAuditLog audit)
{
    /// <summary>Replaces what a directory gives a user by what it gives now, where that differs; the change is recorded.</summary>
    /// <param name="user">The user.</param>
    /// <param name="memberships">What the groups give now, ordered by scope.</param>
    /// <param name="address">Where the request came from that found it out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ReplaceAsync(UserKey user, ImmutableArray<Membership> memberships, string address, CancellationToken cancellationToken)
    {
        var grain = grains.Memberships(user);
        var held = (await grain.ListAsync().ConfigureAwait(false)).Where(membership => membership.Source == user.Directory);
        if (held.Select(Describe).SequenceEqual(memberships.Select(Describe), StringComparer.Ordinal))
        {
            return;
        }

        await grain.ReplaceFromDirectoryAsync(user.Directory, memberships).ConfigureAwait(false);
        var detail = memberships.IsEmpty ? "the directory gives none" : string.Join("; ", memberships.Select(Describe));
        await audit.RecordAsync(
            new AuditEntry(AuditActions.ChangeMembership, AuditEntry.Ok, user.ToString(), user.ToString(), address, detail),
            cancellationToken).ConfigureAwait(false);
    }

    private static string Describe(Membership membership) =>
        $"{membership.Scope} {string.Join(",", membership.Roles.Order(StringComparer.Ordinal))}";
}
