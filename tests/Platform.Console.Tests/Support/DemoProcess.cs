using System.Net.Http.Headers;
using System.Text;
using Platform.Testing;

namespace Platform.Console.Tests.Support;

/// <summary>The demo as a process, in a folder of the test's own.</summary>
internal sealed class DemoProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private DemoProcess(ServerProcess process, Uri address)
    {
        Process = process;
        Address = address;
        Client = new HttpClient { BaseAddress = address };
    }

    public ServerProcess Process { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static string Store(TemporaryFolder folder) => Path.Combine(folder.FullName, "data", "demo", "platform.db");

    public static DemoProcess Launch(TemporaryFolder folder, int port, params string[] arguments)
    {
        var address = new Uri($"http://127.0.0.1:{port}");
        return new DemoProcess(
            ServerProcess.Start("dotnet", ["exec", Repository.Program, "--demo", $"--urls={address.ToString().TrimEnd('/')}", .. arguments], folder: folder.FullName), address);
    }

    public static async Task<DemoProcess> StartAsync(TemporaryFolder folder, params string[] arguments)
    {
        var demo = Launch(folder, FreePort.Next(), arguments);
        try
        {
            // The guide comes last.
            await Eventually.TrueAsync(
                () => demo.Process.HasExited || demo.Process.Output.Contains("audit --demo --verify", StringComparison.Ordinal), Deadline, "the demo has started");
            return demo.Process.HasExited ? throw new InvalidOperationException($"The demo ended: {demo.Process.Output}") : demo;
        }
        catch
        {
            demo.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command of the program on the demo's store.</summary>
    public static async Task<ConsoleAnswer> RunAsync(TemporaryFolder folder, string input, params string[] arguments)
    {
        using var process = ServerProcess.Start("dotnet", ["exec", Repository.Program, .. arguments, "--demo"], folder: folder.FullName);
        await process.WriteInputAsync(input);
        await process.WaitForExitAsync();
        return new ConsoleAnswer(process.ExitCode, process.Output, process.Output);
    }

    /// <summary>Logs in and returns the session's id.</summary>
    public async Task<HttpResponseMessage> LoginAsync(string user, string? password = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "Login");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password ?? $"demo-{user}-password"}")));
        return await Client.SendAsync(request);
    }

    /// <summary>The scopes that a user finds in the list; null: a caller without a session.</summary>
    public async Task<string[]> ListAsync(string? user)
    {
        var path = "ListInfrastructureScopes";
        if (user is not null)
        {
            using var login = await LoginAsync(user);
            path += $";jsessionid={System.Xml.Linq.XElement.Parse(await login.Content.ReadAsStringAsync()).Value}";
        }

        return [.. System.Xml.Linq.XElement.Parse(await Client.GetStringAsync(path)).Elements().Select(scope => scope.Value.Split('/', 3).Last())];
    }

    public async Task StopAsync()
    {
        await Process.SignalAsync("TERM");
        await Process.WaitForExitAsync();
    }

    public void Dispose()
    {
        Client.Dispose();
        Process.Dispose();
    }
}
