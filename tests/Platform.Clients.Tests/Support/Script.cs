using System.Reflection;
using System.Text.Json;
using Platform.Testing;

namespace Platform.Clients.Tests.Support;

/// <summary>A program in another language that uses a client library as its users do. It reads a JSON document and prints another.</summary>
internal sealed class Script : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task> s_packages = new(InstallAsync);
    private readonly ServerProcess _process;

    private Script(ServerProcess process) => _process = process;

    /// <summary>Starts a Python script on Debian's interpreter, which knows Debian's packages.</summary>
    public static Script StartPython(string name, object input) => Start("/usr/bin/python3", Folder("python"), name, input);

    /// <summary>Starts a JavaScript module on Node.js.</summary>
    public static async Task<Script> StartJavaScriptAsync(string name, object input)
    {
        await s_packages.Value;
        return Start("/usr/bin/node", Folder("javascript"), name, input);
    }

    /// <summary>Waits for a line that begins with a word and a blank, in which the script asks for something; returns the rest of it.</summary>
    public async Task<string> AskedAsync(string word)
    {
        await Eventually.TrueAsync(
            () => Asked(word).Any() || (_process.HasExited ? throw new InvalidOperationException(_process.Output) : false),
            s_deadline,
            $"the script says '{word}': {_process.Output}");
        return Asked(word).First();
    }

    /// <summary>All lines that begin with a word, one after another until the script ends; each wants an answer.</summary>
    public async IAsyncEnumerable<string> AsksAsync(string word)
    {
        for (var seen = 0; ; seen++)
        {
            await Eventually.TrueAsync(() => Asked(word).Count() > seen || _process.HasExited, s_deadline, $"the script says '{word}' or ends: {_process.Output}");
            if (Asked(word).ElementAtOrDefault(seen) is not { } line)
            {
                yield break;
            }

            yield return line;
        }
    }

    /// <summary>Gives the script what it asked for.</summary>
    public Task AnswerAsync(string line) => _process.WriteLineAsync(line);

    /// <summary>Waits for the end and returns the document that it printed.</summary>
    public async Task<JsonElement> ResultAsync()
    {
        await _process.WaitForExitAsync();
        Assert.True(_process.ExitCode == 0, _process.Output);
        using var document = JsonDocument.Parse(Asked("result").SingleOrDefault() ?? throw new InvalidOperationException(_process.Output));
        return document.RootElement.Clone();
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private IEnumerable<string> Asked(string word) =>
        _process.Lines.Where(line => line.StartsWith(word + " ", StringComparison.Ordinal)).Select(line => line[(word.Length + 1)..]);

    private static Script Start(string program, string folder, string name, object input)
    {
        var environment = new Dictionary<string, string?>
        {
            // The site has no TLS in these tests; both libraries ask to be told so.
            ["OAUTHLIB_INSECURE_TRANSPORT"] = "1",
            ["AUTHLIB_INSECURE_TRANSPORT"] = "1",
            ["NO_PROXY"] = "127.0.0.1",
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        return new Script(ServerProcess.Start(program, [Path.Combine(folder, name), JsonSerializer.Serialize(input)], environment, folder));
    }

    private static string Folder(string name) => Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, name);

    /// <summary>Fetches what the lock file names, beside the built tests.</summary>
    private static async Task InstallAsync()
    {
        var folder = Folder("javascript");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "openid-client")))
        {
            await ServerProcess.RunAsync("npm", "ci", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error");
        }
    }
}
