using System.Runtime.Versioning;
using Microsoft.Extensions.Options;
using Platform.Api.Runs.Machine;
using Platform.Testing;

namespace Platform.Api.Tests.Runs;

/// <summary>Where tokens may lie, and where not.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunFolderTests : IDisposable
{
    private readonly string _memory = Path.Combine("/dev/shm", $"platform-test-{Guid.NewGuid():N}");
    private readonly TemporaryFolder _disk = new();

    public void Dispose()
    {
        if (Directory.Exists(_memory))
        {
            Directory.Delete(_memory, recursive: true);
        }

        _disk.Dispose();
    }

    [Fact]
    public void OneProcessHolds_AndTheNextFindsItsName()
    {
        string? held;
        using (var first = Folder(_memory))
        {
            held = first.TryHold();
            Assert.NotNull(held);
            using var second = Folder(_memory);
            Assert.Null(second.TryHold());
        }

        using var next = Folder(_memory);
        Assert.Equal(held, next.TryHold());
    }

    [Fact]
    public void OnDisk_IsRefused()
    {
        var path = _disk.File("tokens");
        Assert.NotEqual("tmpfs", new DriveInfo(_disk.FullName).DriveFormat);
        using var folder = Folder(path);
        Assert.Contains("in memory", Assert.Throws<InvalidOperationException>(() => folder.TryHold()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfOthers_OrALink_IsRefused()
    {
        Directory.CreateDirectory(_memory);
        var open = Path.Combine(_memory, "open");
        Directory.CreateDirectory(open);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        var link = Path.Combine(_memory, "link");
        Directory.CreateSymbolicLink(link, Directory.CreateDirectory(Path.Combine(_memory, "own")).FullName);
        foreach (var path in new[] { open, link })
        {
            using var folder = Folder(path);
            Assert.Contains("nobody else may write", Assert.Throws<InvalidOperationException>(() => folder.TryHold()).Message, StringComparison.Ordinal);
        }
    }

    private static RunFolder Folder(string path) => new(Options.Create(new MachineOptions { TokenDirectory = path, User = "10001:10001" }));
}
