using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Console.Administration.Remote;

/// <summary>What a login left on this machine.</summary>
/// <param name="Issuer">The server.</param>
/// <param name="ClientId">The client.</param>
/// <param name="AccessToken">The access token.</param>
/// <param name="RefreshToken">The refresh token; null: the server gave none.</param>
/// <param name="ExpiresAt">When the access token ends (UTC).</param>
internal sealed record KeptTokens(string Issuer, string ClientId, string AccessToken, string? RefreshToken, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the tokens.</summary>
    public override string ToString() => $"tokens of {ClientId} at {Issuer}";
}

/// <summary>
/// The file that keeps the tokens for one server, for this account of the machine alone: mode 0600, in
/// <c>$XDG_STATE_HOME/platform</c> or <c>~/.local/state/platform</c>.
/// </summary>
internal sealed class TokenFile
{
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan LockWait = TimeSpan.FromMilliseconds(50);

    private readonly string _path;

    private TokenFile(string path) => _path = path;

    /// <summary>The file of a server and a client.</summary>
    /// <param name="issuer">The server.</param>
    /// <param name="clientId">The client.</param>
    public static TokenFile Of(string issuer, string clientId)
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } given && Path.IsPathRooted(given)
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{clientId}")).AsSpan(0, 12));
        return new TokenFile(Path.Combine(state, "platform", $"tokens-{name}.json"));
    }

    /// <summary>The tokens; null where there are none that can be read.</summary>
    public async Task<KeptTokens?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(_path);
            return await JsonSerializer.DeserializeAsync<KeptTokens>(file, JsonSerializerOptions.Web, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps tokens: whole or not at all, and never readable by others.</summary>
    public async Task WriteAsync(KeptTokens tokens, CancellationToken cancellationToken)
    {
        MakeDirectory();
        var temporary = $"{_path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode0600;
        }

        await using (var file = new FileStream(temporary, options))
        {
            await JsonSerializer.SerializeAsync(file, tokens, JsonSerializerOptions.Web, cancellationToken);
        }

        File.Move(temporary, _path, overwrite: true);
    }

    /// <summary>Forgets the tokens.</summary>
    public void Delete()
    {
        if (Directory.Exists(Path.GetDirectoryName(_path)))
        {
            File.Delete(_path);
        }
    }

    /// <summary>Keeps other commands from using the refresh token at the same time: it has one successor, and using it twice ends all of them.</summary>
    public async Task<IDisposable> LockAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        MakeDirectory();
        while (true)
        {
            try
            {
                return new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockWait, time, cancellationToken);
            }
        }
    }

    private void MakeDirectory()
    {
        var directory = Path.GetDirectoryName(_path)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, DirectoryMode);
        }
    }
}
