using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Administration.Users;

/// <summary>A user's row in a transaction, for an actor who may administer users.</summary>
/// <param name="Key">Whose.</param>
/// <param name="State">What it says.</param>
/// <param name="Authority">What the actor may do.</param>
internal sealed record AdministeredRow(UserKey Key, UserState State, Authority Authority)
{
    /// <summary>Whoever may not administer users learns nothing of any.</summary>
    public static AdministrationRefusal NotAllowed { get; } = AdministrationRefusal.Forbidden("Users are administered by managers of an infrastructure alone.");

    /// <summary>Somebody with rights that the actor does not hold is not theirs to take over.</summary>
    public static AdministrationRefusal HoldsMore { get; } = AdministrationRefusal.Forbidden("This user holds a role whose permissions you do not hold; whoever sets their password would hold them.");

    /// <summary>Finds it.</summary>
    /// <param name="transaction">Where it is read; the transaction rests on what the actor may.</param>
    /// <param name="actor">Who.</param>
    /// <param name="user">A local user name, or <c>directory:id</c>.</param>
    /// <param name="now">The instant (UTC).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<AdministrationResult<AdministeredRow>> FindAsync(
        StateTransaction transaction, AdministrationActor actor, string user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var authority = await Authority.ReadAsync(transaction, actor, now, cancellationToken);
        if (!authority.AllowsAnywhere(Permission.ManageUsers))
        {
            return NotAllowed;
        }

        if (await UserLookup.FindAsync(transaction, user, cancellationToken) is not { } key)
        {
            return AdministrationRefusal.NoSuchUser;
        }

        var state = await transaction.FindAsync<UserState>(StateNames.User, key.ToString(), cancellationToken);
        return new AdministeredRow(key, state!, authority);
    }

    /// <summary>Whether the user is one of the local directory; otherwise why not.</summary>
    public AdministrationRefusal? RefuseUnlessLocal() => Key.Directory == UserKey.Local
        ? null
        : AdministrationRefusal.Conflict("other-directory", $"This user belongs to the directory '{Key.Directory}', which keeps their profile and password.");

    /// <summary>
    /// Whether whoever takes the user over would hold permissions that the actor does not: nobody gets more than they hold by setting somebody's
    /// password. The transaction rests on the user's memberships.
    /// </summary>
    public static async Task<bool> HoldsMoreAsync(
        StateTransaction transaction, Authority authority, UserKey user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var memberships = await transaction.FindAsync<MembershipsState>(StateNames.Memberships, user.ToString(), cancellationToken);
        transaction.RestOn(StateNames.Memberships, user.ToString());
        return (memberships?.Items ?? [])
            .Where(item => !(item.Until <= now))
            .Any(item => item.Roles.Any(role => RolePermissions.Of(role).Count > 0 && !authority.MayGive(role, new ScopePath(item.Scope))));
    }
}
