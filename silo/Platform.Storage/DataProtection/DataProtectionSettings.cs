using Microsoft.Extensions.Options;

namespace Platform.Storage.DataProtection;

/// <summary>The key that the shared key ring is encrypted with; it is never in the database.</summary>
public sealed class DataProtectionSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "DataProtection";

    /// <summary>
    /// A file with 32 random bytes in base64, or a certificate with its private key (<c>.pfx</c>, <c>.p12</c>, <c>.pem</c>). The same on
    /// all nodes, readable by the program's user alone. Required.
    /// </summary>
    public string? KeyFile { get; set; }

    /// <summary>The password of a <c>.pfx</c> or <c>.p12</c> file. Default: none.</summary>
    public string? KeyFilePassword { get; set; }

    internal bool IsCertificate => Path.GetExtension(KeyFile)?.ToUpperInvariant() is ".PFX" or ".P12" or ".PEM";
}

/// <summary>Checks the settings at start, the file included, and names all failures at once.</summary>
internal sealed class DataProtectionSettingsValidator : IValidateOptions<DataProtectionSettings>
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public ValidateOptionsResult Validate(string? name, DataProtectionSettings options)
    {
        if (string.IsNullOrWhiteSpace(options.KeyFile))
        {
            return ValidateOptionsResult.Fail(
                "DataProtection:KeyFile is not set. It names the file with the key-encryption key: 32 random bytes in base64 (openssl rand -base64 32), the same on all nodes.");
        }

        if (!File.Exists(options.KeyFile))
        {
            return ValidateOptionsResult.Fail($"DataProtection:KeyFile: there is no file {options.KeyFile}.");
        }

        var failures = new List<string>();
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(options.KeyFile) & Others) != 0)
        {
            failures.Add($"DataProtection:KeyFile: others than its owner may use {options.KeyFile}; give it mode 0600 (chmod 600).");
        }

        if (!options.IsCertificate && !KeyEncryptionKeyFile.TryRead(options.KeyFile, out _))
        {
            failures.Add($"DataProtection:KeyFile: {options.KeyFile} does not hold 32 bytes in base64 (openssl rand -base64 32).");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
