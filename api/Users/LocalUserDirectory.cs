using Platform.Api.Users.Passwords;
using Platform.Grains.Cluster;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>The users that the platform keeps itself.</summary>
internal sealed partial class LocalUserDirectory(IPlatformGrains grains, PasswordHasher hasher, ILogger<LocalUserDirectory> logger) : IUserDirectory
{
    /// <inheritdoc/>
    public string Name => UserKey.Local;

    /// <inheritdoc/>
    public bool HashesPasswords => true;

    /// <inheritdoc/>
    public bool IsRemote => false;

    /// <inheritdoc/>
    public async Task<DirectoryAnswer> VerifyAsync(LocalName name, string password, CancellationToken cancellationToken)
    {
        if (await grains.LocalName(name).FindHolderAsync().ConfigureAwait(false) is not { } key)
        {
            return new DirectoryAnswer.UnknownUser();
        }

        var user = grains.User(key);
        if (await user.FindCredentialAsync().ConfigureAwait(false) is not { } credential)
        {
            // The name was claimed, and its user never defined.
            return new DirectoryAnswer.UnknownUser();
        }

        // A disabled user's password is checked all the same, so that the refusal costs what others cost.
        if (!await hasher.VerifyAsync(password, credential.PasswordHash, cancellationToken).ConfigureAwait(false))
        {
            return new DirectoryAnswer.WrongPassword(key);
        }

        if (credential.Disabled)
        {
            return new DirectoryAnswer.Disabled(key);
        }

        if (hasher.NeedsUpgrade(credential.PasswordHash))
        {
            await UpgradeAsync(key, credential.PasswordHash, password, cancellationToken).ConfigureAwait(false);
        }

        return new DirectoryAnswer.Found(new DirectoryUser(key, credential.Profile, Memberships: null, credential.Epoch));
    }

    /// <inheritdoc/>
    public async Task<DirectoryAnswer> ConfirmAsync(UserKey key, CancellationToken cancellationToken) =>
        await grains.User(key).FindAsync().ConfigureAwait(false) switch
        {
            null => new DirectoryAnswer.UnknownUser(),
            { Disabled: true } => new DirectoryAnswer.Disabled(key),
            { } user => new DirectoryAnswer.Found(new DirectoryUser(key, user.Profile, Memberships: null)),
        };

    /// <inheritdoc/>
    public async Task<NameHolder> ResolveAsync(LocalName name, CancellationToken cancellationToken) =>
        new(await grains.LocalName(name).FindHolderAsync().ConfigureAwait(false));

    private async Task UpgradeAsync(UserKey key, string verifiedHash, string password, CancellationToken cancellationToken)
    {
        try
        {
            var upgraded = await hasher.HashAsync(password, cancellationToken).ConfigureAwait(false);
            LogUpgrade(key, await grains.User(key).UpgradePasswordHashAsync(verifiedHash, upgraded).ConfigureAwait(false));
        }
        catch (PasswordQueueFullException)
        {
            // The login is right without it; the next one raises the hash.
            LogUpgrade(key, raised: false);
        }
    }
}
