using System.Globalization;
using Npgsql;

namespace Platform.Testing;

/// <summary>
/// A PostgreSQL server of the test run: initialised once in a temporary folder, on loopback, with the durability of a real one.
/// Each test takes a database of its own; tests that stop the server make one of theirs with <see cref="StartNewAsync"/>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresServer>> s_shared = new(StartNewAsync);

    private readonly string _folder;
    private ServerProcess? _guard;
    private int _databases;

    private PostgresServer(string folder) => _folder = folder;

    /// <summary>Where it listens, on loopback.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>The server that the tests of one process share; it ends with the process.</summary>
    public static Task<PostgresServer> SharedAsync() => s_shared.Value;

    /// <summary>A server of one's own.</summary>
    public static async Task<PostgresServer> StartNewAsync()
    {
        var server = new PostgresServer(Directory.CreateTempSubdirectory("platform-postgres-").FullName);
        server.Guard();
        try
        {
            await server.InitialiseAsync();
            await server.StartAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Makes a database, empty or a copy of one that nobody is connected to, and returns the connection string to it.</summary>
    public async Task<string> CreateDatabaseAsync(string template = "template1")
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"create database {name} template {template}");
        return ConnectionString(name);
    }

    /// <summary>The connection string to a database, for the superuser. Patient, since tests of one process share its threads.</summary>
    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Maximum Pool Size=20;Timeout=60";

    /// <summary>Runs a statement as the superuser.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync()
    {
        await ControlAsync("start", "-w", "-t", "60", "-l", Path.Combine(_folder, "log"));
        await Eventually.TrueAsync(AnswersAsync, s_deadline, $"PostgreSQL on port {Port} answers");
    }

    /// <summary>Stops it as a power cut would: no checkpoint, all connections gone.</summary>
    public Task StopAsync() => ControlAsync("stop", "-w", "-m", "immediate");

    /// <summary>Stops it and starts it.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>Starts it again as a standby of nobody: it answers reads and is not the primary.</summary>
    public async Task BecomeStandbyAsync()
    {
        await StopAsync();
        await ControlAsync("start", "-w", "-t", "60", "-l", Path.Combine(_folder, "log"));
        await ControlAsync("stop", "-w", "-m", "fast");
        await File.WriteAllTextAsync(Path.Combine(_folder, "data", "standby.signal"), "");
        await StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            _guard.CloseInput();
            await _guard.WaitForExitAsync();
            _guard.Dispose();
        }
    }

    private static string Program(string name) =>
        Directory.GetDirectories("/usr/lib/postgresql").OrderBy(folder => folder, StringComparer.Ordinal).Select(folder => Path.Combine(folder, "bin", name)).LastOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"PostgreSQL's {name} is not installed.");

    // Waits for the end of this process, however it ends, then stops the server and clears up.
    private void Guard()
    {
        var data = Path.Combine(_folder, "data");
        var user = Environment.IsPrivilegedProcess ? "runuser -u postgres --" : "";
        _guard = ServerProcess.Start("setsid", ["sh", "-c", $"cat; test -f {data}/postmaster.pid && {user} {Program("pg_ctl")} stop -w -m immediate -D {data}; rm -rf {_folder}"]);
    }

    private async Task InitialiseAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            await ServerProcess.RunAsync("chown", "postgres", _folder);
        }

        await RunAsync("initdb", "-D", Path.Combine(_folder, "data"), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C");
        await File.AppendAllTextAsync(Path.Combine(_folder, "data", "postgresql.conf"), string.Create(CultureInfo.InvariantCulture, $"""

            port = {Port}
            listen_addresses = '127.0.0.1'
            unix_socket_directories = '{_folder}'
            max_connections = 300
            shared_buffers = 64MB
            fsync = on

            """));
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("select 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private Task ControlAsync(string command, params string[] arguments) => RunAsync("pg_ctl", [command, "-D", Path.Combine(_folder, "data"), .. arguments]);

    // PostgreSQL refuses to run as root.
    private static Task RunAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? ServerProcess.RunAsync("runuser", ["-u", "postgres", "--", Program(program), .. arguments])
            : ServerProcess.RunAsync(Program(program), arguments);
}
