using Platform.Api.Console;

namespace Platform.Api.Scopes.Import;

/// <summary>Reads the bytes of a file of scopes and memberships for the command line.</summary>
internal static class ScopeFileInput
{
    /// <summary>The format that a file's name tells; null where it tells none.</summary>
    internal static ScopeFileFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".json" => ScopeFileFormat.Json,
        ".yaml" or ".yml" => ScopeFileFormat.Yaml,
        _ => null,
    };

    /// <summary>The bytes; null where they could not be read, which has been said then.</summary>
    internal static async Task<byte[]?> ReadAsync(string path, Stream standardInput, IConsoleOutput output, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = path == "-" ? standardInput : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer, cancellationToken) is var length and > 0)
            {
                content.Write(buffer, 0, length);
                if (content.Length > ScopeFile.MaxBytes)
                {
                    await output.WriteErrorLineAsync("The file is larger than 64 MB; nothing was imported.");
                    return null;
                }
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await output.WriteErrorLineAsync($"The file cannot be read: {e.Message}");
            return null;
        }
    }
}
