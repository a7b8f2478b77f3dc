using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Users;
using Platform.Grains.Users;

namespace Platform.Api.Policies.OpenSso;

/// <summary>
/// The accounts that an operator opened to everyone: their password is their name. They are users of a directory of their own, so that none
/// of them is ever taken for somebody of another, and their sessions end with the setting.
/// </summary>
internal sealed class OpenAccountDirectory(IEnumerable<string> accounts) : IUserDirectory
{
    /// <summary>The directory's name.</summary>
    public const string DirectoryName = "open-accounts";

    private readonly FrozenSet<string> _accounts = accounts.ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => DirectoryName;

    /// <inheritdoc/>
    public bool HashesPasswords => false;

    /// <inheritdoc/>
    public bool IsRemote => true;

    /// <inheritdoc/>
    public Task<DirectoryAnswer> VerifyAsync(LocalName name, string password, CancellationToken cancellationToken) => Task.FromResult<DirectoryAnswer>(
        !_accounts.Contains(name.Value) ? new DirectoryAnswer.UnknownUser()
        : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(name.Value)) ? Find(name.Value)
        : new DirectoryAnswer.WrongPassword(KeyOf(name.Value)));

    /// <inheritdoc/>
    public Task<DirectoryAnswer> ConfirmAsync(UserKey key, CancellationToken cancellationToken) =>
        Task.FromResult<DirectoryAnswer>(_accounts.Contains(key.Id) ? Find(key.Id) : new DirectoryAnswer.UnknownUser());

    /// <inheritdoc/>
    public Task<NameHolder> ResolveAsync(LocalName name, CancellationToken cancellationToken) =>
        Task.FromResult(new NameHolder(_accounts.Contains(name.Value) ? KeyOf(name.Value) : null));

    private static DirectoryAnswer.Found Find(string account) => new(new DirectoryUser(KeyOf(account), new UserProfile(account, account, null), Memberships: null));

    private static UserKey KeyOf(string account) => new(DirectoryName, account);
}
