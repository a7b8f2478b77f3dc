using Platform.Grains.Administration;
using Platform.Grains.Administration.Users;

namespace Platform.Api.Users;

/// <summary>What the operator's commands and the demo do to local users, by <see cref="UserAdministration"/>.</summary>
internal sealed class LocalUsers(UserAdministration administration)
{
    /// <summary>Makes a user.</summary>
    /// <param name="userName">The name to log in with.</param>
    /// <param name="displayName">The full name; blank: the user name.</param>
    /// <param name="mail">The mail address; null or blank: none.</param>
    /// <param name="password">The password.</param>
    /// <param name="admin">Whether the user manages every infrastructure that there is.</param>
    /// <param name="actor">Who does it, for the audit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<AdministeredUser>> AddAsync(
        string userName, string? displayName, string? mail, string password, bool admin, string actor, CancellationToken cancellationToken) =>
        administration.CreateAsync(Operator(actor), new NewUser(userName, displayName, mail, password) { Administrator = admin }, cancellationToken);

    /// <summary>Replaces a user's password, which ends their sessions.</summary>
    public Task<AdministrationResult<AdministeredUser>> SetPasswordAsync(string userName, string password, string actor, CancellationToken cancellationToken) =>
        administration.SetPasswordAsync(Operator(actor), userName, password, null, cancellationToken);

    /// <summary>Disables a user, which ends their sessions.</summary>
    public Task<AdministrationResult<AdministeredUser>> DisableAsync(string userName, string actor, CancellationToken cancellationToken) =>
        administration.SetDisabledAsync(Operator(actor), userName, true, null, cancellationToken);

    /// <summary>Lets a disabled user log in again.</summary>
    public Task<AdministrationResult<AdministeredUser>> EnableAsync(string userName, string actor, CancellationToken cancellationToken) =>
        administration.SetDisabledAsync(Operator(actor), userName, false, null, cancellationToken);

    private static AdministrationActor Operator(string actor) => AdministrationActor.Operator(actor.StartsWith(Prefix, StringComparison.Ordinal) ? actor[Prefix.Length..] : actor);

    private const string Prefix = "console:";
}
