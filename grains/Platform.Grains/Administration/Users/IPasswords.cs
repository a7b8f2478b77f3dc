namespace Platform.Grains.Administration.Users;

/// <summary>What a password has to be, and how it is kept. Outside of the grains, which never see one.</summary>
public interface IPasswords
{
    /// <summary>What is wrong with a new password, in words; null where nothing is.</summary>
    string? FindFault(string password);

    /// <summary>The hash that is kept.</summary>
    Task<string> HashAsync(string password, CancellationToken cancellationToken);

    /// <summary>Whether a password is the one that a hash was made of.</summary>
    Task<bool> VerifyAsync(string password, string hash, CancellationToken cancellationToken);
}
