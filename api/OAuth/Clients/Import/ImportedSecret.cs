using Platform.Api.Users.Passwords;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Import;

namespace Platform.Api.OAuth.Clients.Import;

/// <summary>A secret that a person chose: kept as a password hash, made once for all attempts of an import.</summary>
internal sealed class ImportedSecret(string secret) : IImportedSecret
{
    private readonly Dictionary<string, bool> _compared = new(StringComparer.Ordinal);
    private ClientSecret? _kept;

    /// <inheritdoc/>
    public bool Matches(ClientSecret kept)
    {
        if (kept is not { Hashing: SecretHashing.Password, EndsAt: null })
        {
            return false;
        }

        if (!_compared.TryGetValue(kept.Hash, out var same))
        {
            same = _compared[kept.Hash] = PasswordHash.TryParse(kept.Hash, out var hash) && hash.Verify(secret);
        }

        return same;
    }

    /// <inheritdoc/>
    public ClientSecret Keep() => _kept ??= new ClientSecret(SecretHashing.Password, PasswordHash.Create(secret, PasswordHash.OwaspIterations).ToString(), null);

    /// <summary>Without the secret.</summary>
    public override string ToString() => "a client's secret";
}
