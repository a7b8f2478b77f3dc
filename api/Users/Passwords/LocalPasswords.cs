using Platform.Grains.Administration.Users;

namespace Platform.Api.Users.Passwords;

/// <inheritdoc cref="IPasswords"/>
internal sealed class LocalPasswords(PasswordHasher hasher) : IPasswords
{
    /// <inheritdoc/>
    public string? FindFault(string password) => PasswordPolicy.FindFault(password);

    /// <inheritdoc/>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) => hasher.HashAsync(password, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> VerifyAsync(string password, string hash, CancellationToken cancellationToken) =>
        PasswordPolicy.MayBePassword(password) && await hasher.VerifyAsync(password, hash, cancellationToken);
}
