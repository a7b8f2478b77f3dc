using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Testing;

namespace Platform.Runs.Tests.Support;

/// <summary>Somebody with a session at a node, and what they do with runs.</summary>
internal sealed class Member
{
    /// <summary>What a script waits with until <see cref="OpenGateAsync"/>.</summary>
    public const string Gate = "until wget -q -O /dev/null \"$PLATFORM_URL/resources/go-$PLATFORM_RUN?scope=$PLATFORM_SCOPE\" 2>/dev/null; do sleep 0.2; done";

    private readonly HttpClient _node;
    private readonly string _session;

    private Member(HttpClient node, string session) => (_node, _session) = (node, session);

    /// <summary>Logs in, and enters a scope unless it is null.</summary>
    public static async Task<Member> LogInAsync(HttpClient node, string user, string? scope)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "Login");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{PlatformCluster.Password(user)}")));
        using var answer = await node.SendAsync(request);
        var session = Read(await answer.Content.ReadAsStringAsync()).GetProperty("jsessionid").GetString()!;
        if (scope is not null)
        {
            using var entered = await node.GetAsync($"LoginScope;jsessionid={session}?scope={Uri.EscapeDataString(scope)}");
            Assert.Equal(HttpStatusCode.OK, entered.StatusCode);
        }

        return new Member(node, session);
    }

    /// <summary>The same session at another node.</summary>
    public Member At(HttpClient node) => new(node, _session);

    /// <summary>A run of a shell script, described as <c>POST /runs</c> takes it.</summary>
    public static Dictionary<string, object> Script(string script, object? limits = null, params string[] inputs) => new()
    {
        ["image"] = PodmanEngine.Image,
        ["command"] = new[] { "sh", "-c", script },
        ["limits"] = limits ?? new { memoryBytes = 64 * 1024 * 1024, timeSeconds = 60 },
        ["inputs"] = inputs,
    };

    /// <summary>Asks for a run and returns its id.</summary>
    public async Task<string> StartAsync(Dictionary<string, object> run)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, "runs", JsonSerializer.Serialize(run));
        Assert.True(status == HttpStatusCode.Created, $"{(int)status} {answer}");
        return Read(answer).GetProperty("id").GetString()!;
    }

    public Task<string> StartAsync(string script) => StartAsync(Script(script));

    /// <summary>A run as it is.</summary>
    public async Task<JsonElement> FindAsync(string run)
    {
        var (status, answer) = await SendAsync(HttpMethod.Get, $"runs/{run}", null);
        Assert.True(status == HttpStatusCode.OK, $"{(int)status} {answer}");
        return Read(answer);
    }

    /// <summary>The runs of the scope, as <c>GET /runs</c> with a query says, up to 200.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string query)
    {
        var (status, answer) = await SendAsync(HttpMethod.Get, $"runs?limit=200&{query}", null);
        Assert.True(status == HttpStatusCode.OK, $"{(int)status} {answer}");
        return [.. Read(answer).GetProperty("items").EnumerateArray()];
    }

    /// <summary>Waits for the end of a run.</summary>
    public Task<JsonElement> WaitForEndAsync(string run) => WaitForAsync(run, document => document.GetProperty("isOver").GetBoolean(), "is over");

    /// <summary>Waits until a run is in a state.</summary>
    public Task<JsonElement> WaitForStateAsync(string run, string state) => WaitForAsync(run, document => document.GetProperty("state").GetString() == state, $"is {state}");

    /// <summary>Waits until the log of a run holds a text.</summary>
    public async Task WaitForLogAsync(string run, string text)
    {
        var log = "";
        await Eventually.TrueAsync(
            async () => (log = await LogAsync(run)).Contains(text, StringComparison.Ordinal), RunCluster.Patience, $"the log of {run} says {text}");
    }

    public async Task<string> LogAsync(string run)
    {
        var (status, answer) = await SendAsync(HttpMethod.Get, $"runs/{run}/logs", null);
        Assert.True(status == HttpStatusCode.OK, $"{(int)status} {answer}");
        return answer;
    }

    /// <summary>Cancels a run.</summary>
    public async Task<JsonElement> CancelAsync(string run)
    {
        var (status, answer) = await SendAsync(HttpMethod.Delete, $"runs/{run}", null);
        Assert.True(status == HttpStatusCode.OK, $"{(int)status} {answer}");
        return Read(answer);
    }

    /// <summary>Says what may run in a scope.</summary>
    public async Task SetRunsAsync(string scope, string settings)
    {
        var (status, answer) = await SendAsync(HttpMethod.Patch, $"admin/api/scopes/{scope[1..].Replace('/', '~')}/runs", settings);
        Assert.True(status == HttpStatusCode.OK, $"{(int)status} {answer}");
    }

    /// <summary>Whether a machine's engine answers, as the nodes say.</summary>
    public async Task<bool> IsMachineReadyAsync(bool ready)
    {
        var (_, answer) = await SendAsync(HttpMethod.Get, "admin/api/nodes", null);
        return Read(answer).GetProperty("machines").EnumerateArray().Any(machine => machine.GetProperty("ready").GetBoolean() == ready);
    }

    /// <summary>Stores a document in the session's scope that everybody reads.</summary>
    public async Task PutPublicAsync(string path, string document)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"resources/{path}") { Content = new StringContent(document, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Session-Id", _session);
        request.Headers.Add("Resource-Visibility", "public");
        using var answer = await _node.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Lets a run go on that waits at the <see cref="Gate"/>, or will.</summary>
    public Task OpenGateAsync(string run) => PutPublicAsync($"go-{run}", "{}");

    /// <summary>Sends a request with the session.</summary>
    public async Task<(HttpStatusCode Status, string Answer)> SendAsync(HttpMethod method, string target, string? json)
    {
        using var request = new HttpRequestMessage(method, target) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Session-Id", _session);
        using var answer = await _node.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> WaitForAsync(string run, Func<JsonElement, bool> condition, string what)
    {
        var last = await FindAsync(run);
        try
        {
            await Eventually.TrueAsync(async () => condition(last = await FindAsync(run)), RunCluster.Patience, $"run {run} {what}");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}: {last}", late);
        }

        return last;
    }

    private static JsonElement Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
