namespace Platform.Testing;

/// <summary>A node of the platform as a process of its own.</summary>
public sealed class ProcessNode : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);
    private readonly ServerProcess _process;

    private ProcessNode(ServerProcess process, Uri address)
    {
        _process = process;
        Address = address;
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>A client of this node alone, without cookies and without following redirects.</summary>
    public HttpClient Client { get; }

    /// <summary>What it wrote so far.</summary>
    public string Output => _process.Output;

    /// <summary>Its process.</summary>
    public ServerProcess Process => _process;

    /// <summary>Starts a node without waiting for it.</summary>
    /// <param name="assembly">The built program, a <c>.dll</c>.</param>
    /// <param name="configuration">Its settings, with <c>:</c> between section and name.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessNode Launch(string assembly, IReadOnlyDictionary<string, string?> configuration, params string[] arguments)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var environment = configuration.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        environment.TryAdd("ASPNETCORE_URLS", address.ToString());
        environment.TryAdd("DOTNET_gcServer", "0");
        return new ProcessNode(ServerProcess.Start("dotnet", ["exec", assembly, .. arguments], environment), address);
    }

    /// <summary>Starts a node and waits until it is ready.</summary>
    public static async Task<ProcessNode> StartAsync(string assembly, IReadOnlyDictionary<string, string?> configuration, params string[] arguments)
    {
        var node = Launch(assembly, configuration, arguments);
        try
        {
            await node.WaitUntilReadyAsync();
            return node;
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    /// <summary>Waits until <c>/health/ready</c> says yes.</summary>
    public async Task WaitUntilReadyAsync()
    {
        try
        {
            await Eventually.TrueAsync(IsReadyAsync, s_deadline, $"{Address} is ready");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}\n{Output}", exception);
        }
    }

    /// <summary>Whether <c>/health/ready</c> says yes now.</summary>
    public async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The node at {Address} ended with {_process.ExitCode}: {Output}");
        }

        try
        {
            using var answer = await Client.GetAsync("health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary><c>kill -9</c>.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Stops the process where it is.</summary>
    public Task PauseAsync() => _process.SignalAsync("STOP");

    /// <summary>Lets a paused process go on.</summary>
    public Task ResumeAsync() => _process.SignalAsync("CONT");

    /// <summary>Asks it to end and waits until it has; returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _process.SignalAsync("TERM");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _process.Dispose();
    }
}
