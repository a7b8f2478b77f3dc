namespace Platform.Testing;

/// <summary>A folder that goes with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its path.</summary>
    public string FullName { get; } = Directory.CreateTempSubdirectory("platform-test-").FullName;

    /// <summary>A path in it.</summary>
    public string File(string name) => Path.Combine(FullName, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
