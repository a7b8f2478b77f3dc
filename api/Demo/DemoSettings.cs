using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Platform.Api.Policies;
using Platform.Storage.DataProtection;
using Platform.Storage.Sqlite;

namespace Platform.Api.Demo;

/// <summary>The settings of the demo: loopback only, a SQLite store and a key file in <c>data/demo</c>, whatever the environment says.</summary>
internal static class DemoSettings
{
    internal const string DefaultAddress = "http://127.0.0.1:8080";

    /// <summary>Whether the demo was ever started in this folder.</summary>
    internal static bool HasStore => File.Exists(Store);

    private static string Folder => Path.GetFullPath(Path.Combine("data", "demo"));

    private static string Store => Path.Combine(Folder, "platform.db");

    private static string KeyFile => Path.Combine(Folder, "key");

    /// <summary>What forbids these settings in the demo; null where nothing does.</summary>
    internal static string? FindFault(IReadOnlyDictionary<string, string?> settings)
    {
        var address = AddressOf(settings);
        return Uri.TryCreate(address, UriKind.Absolute, out var url)
            && url.Scheme == Uri.UriSchemeHttp
            && (url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)))
            ? null
            : $"The demo's passwords are known to everyone, so it listens on the loopback interface alone, not on '{address}'.";
    }

    /// <summary>These settings with those of the demo over them.</summary>
    internal static Dictionary<string, string?> Over(IReadOnlyDictionary<string, string?> settings) => new(settings, StringComparer.OrdinalIgnoreCase)
    {
        ["urls"] = AddressOf(settings),
        ["PublicUrl"] = AddressOf(settings).TrimEnd('/'),

        // The proxy of the demo's protected service is on this machine.
        ["KnownProxies:0"] = IPAddress.Loopback.ToString(),
        ["KnownProxies:1"] = IPAddress.IPv6Loopback.ToString(),
        ["Storage:ConnectionString"] = null,
        ["Storage:Path"] = Store,
        ["DataProtection:KeyFile"] = KeyFile,
        ["Resources:DefaultScope"] = DemoData.Root,
        ["Resources:Aliases:0"] = DemoData.Resource,

        // The demo listens on this machine alone, and containers reach it there.
        ["Runs:Network"] = "host",

        // OpenTox services find an OpenSSO server here, with the accounts and the group that they expect.
        ["OpenSso:Enabled"] = "true",
        ["OpenSso:OpenAccounts:0"] = "anonymous",
        ["OpenSso:OpenAccounts:1"] = "guest",
        ["Policies:Groups:member"] = PolicyOptions.Everyone,

        // What a new user has to read comes last, not the host's own lines.
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
    };

    /// <summary>
    /// Makes the folder and the key file; <paramref name="fresh"/> takes away what was there. What would keep the server from starting is
    /// found here already, where it can be said without a stack trace.
    /// </summary>
    /// <exception cref="StoreOwnedException">A process has the store open.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
    internal static void Prepare(IReadOnlyDictionary<string, string?> settings, bool fresh)
    {
        // Held while it is deleted, so that no server has it open meanwhile.
        using (StoreOwnership.Acquire(Store))
        {
            CheckPort(new Uri(AddressOf(settings)));
            foreach (var file in fresh ? new[] { Store, Store + "-wal", Store + "-shm", KeyFile } : [])
            {
                File.Delete(file);
            }
        }

        KeyEncryptionKeyFile.CreateIfMissing(KeyFile);
    }

    private static void CheckPort(Uri address)
    {
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.Loopback;
        try
        {
            using var probe = new TcpListener(host, address.Port);
            probe.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new IOException($"{address.ToString().TrimEnd('/')} is already in use", new AddressInUseException(e.Message, e));
        }
    }

    private static string AddressOf(IReadOnlyDictionary<string, string?> settings) => settings.GetValueOrDefault("urls") ?? DefaultAddress;
}
