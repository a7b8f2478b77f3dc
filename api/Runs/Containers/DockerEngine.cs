using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Platform.Api.Runs.Containers;

/// <summary>
/// The Docker Engine API, served by Docker or by Podman. They differ where something is not as it should be: Podman answers 500 for what is 409 at
/// Docker, and leaves a container that could not be started as it was.
/// </summary>
internal sealed class DockerEngine(EngineConnection engine) : IContainerRuntime
{
    /// <summary>How long one wait for a container may last before it is looked at again: an engine that lost sight of it never answers.</summary>
    private static readonly TimeSpan OneWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan DescriptionTakes = TimeSpan.FromSeconds(4);

    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        var answer = (await engine.CallAsync(HttpMethod.Get, "version", null, DescriptionTakes, cancellationToken)).OrThrow();
        using var document = JsonDocument.Parse(answer.Body);
        var version = document.RootElement.TryGetProperty("Version", out var said) ? said.GetString() : null;
        var name = answer.Server.StartsWith("Libpod", StringComparison.OrdinalIgnoreCase) ? "Podman" : "Docker";
        return $"{name} {version}".TrimEnd();
    }

    public async Task<ContainerImage?> FindImageAsync(string image, CancellationToken cancellationToken)
    {
        var answer = await engine.CallAsync(HttpMethod.Get, $"images/{Uri.EscapeDataString(image)}/json", null, null, cancellationToken);
        if (answer.Status == StatusCodes.Status404NotFound)
        {
            return null;
        }

        using var document = JsonDocument.Parse(answer.OrThrow().Body);
        var root = document.RootElement;
        var volumes = root.TryGetProperty("Config", out var config) && config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty("Volumes", out var wanted) && wanted.ValueKind == JsonValueKind.Object
            ? wanted.EnumerateObject().Select(volume => volume.Name).ToList()
            : [];
        return new ContainerImage(root.GetProperty("Id").GetString()!, volumes);
    }

    public async Task<string?> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        var answer = await engine.CallAsync(
            HttpMethod.Post, $"containers/create?name={Uri.EscapeDataString(spec.Name)}", ContainerBody.Of(spec), null, cancellationToken);
        return answer.IsSuccess || IsNameTaken(answer) ? null : answer.Message;
    }

    public async Task<string?> StartAsync(string name, CancellationToken cancellationToken)
    {
        // With a body, if an empty one: without, the HTTP client would send the call again by itself where the engine died over it, and a container
        // that has run meanwhile would run twice.
        var answer = await engine.CallAsync(HttpMethod.Post, $"containers/{name}/start", [], null, cancellationToken);
        return answer.IsSuccess || answer.Status == StatusCodes.Status304NotModified ? null : answer.Message;
    }

    public async Task<ContainerStatus?> InspectAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await engine.CallAsync(HttpMethod.Get, $"containers/{name}/json", null, null, cancellationToken);
        return answer.Status == StatusCodes.Status404NotFound ? null : ReadStatus(answer.OrThrow().Body);
    }

    public async Task WaitAsync(string name, CancellationToken cancellationToken)
    {
        while (await InspectAsync(name, cancellationToken) is { State: ContainerState.Running })
        {
            try
            {
                var answer = await engine.CallAsync(HttpMethod.Post, $"containers/{name}/wait", null, OneWait, cancellationToken);
                if (answer.Status == StatusCodes.Status404NotFound)
                {
                    return;
                }

                answer.OrThrow();
            }
            catch (ContainerEngineUnavailableException e) when (e.IsSlow)
            {
                // It has not ended yet; whether the engine still answers, the next look tells.
            }
        }
    }

    public async Task StopAsync(string name, TimeSpan grace, CancellationToken cancellationToken)
    {
        var seconds = ((long)grace.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var answer = await engine.CallAsync(HttpMethod.Post, $"containers/{name}/stop?t={seconds}", null, grace + TimeSpan.FromMinutes(1), cancellationToken);
        if (answer.Status is not (StatusCodes.Status304NotModified or StatusCodes.Status404NotFound))
        {
            answer.OrThrow();
        }
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await engine.CallAsync(HttpMethod.Delete, $"containers/{name}?force=true&v=true", null, null, cancellationToken);
        if (answer.Status != StatusCodes.Status404NotFound)
        {
            answer.OrThrow();
        }
    }

    public async Task<IReadOnlyList<ContainerListing>> ListAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var filters = JsonSerializer.Serialize(new Dictionary<string, string[]> { ["label"] = [.. labels.Select(label => $"{label.Key}={label.Value}")] });
        var answer = (await engine.CallAsync(
            HttpMethod.Get, $"containers/json?all=true&filters={Uri.EscapeDataString(filters)}", null, null, cancellationToken)).OrThrow();
        using var document = JsonDocument.Parse(answer.Body);
        return
        [
            .. document.RootElement.EnumerateArray().Select(row => new ContainerListing(
                row.GetProperty("Names")[0].GetString()!.TrimStart('/'),
                row.GetProperty("Labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "", StringComparer.Ordinal))),
        ];
    }

    public async IAsyncEnumerable<ContainerOutput> FollowAsync(string name, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = Math.Max(0, since.ToUnixTimeSeconds()).ToString(CultureInfo.InvariantCulture);
        using var answer = await engine.OpenAsync($"containers/{name}/logs?stdout=true&stderr=true&follow=true&timestamps=true&since={from}", cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new ContainerEngineException($"The container engine gives no output of the container: {(int)answer.StatusCode}.", (int)answer.StatusCode);
        }

        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var output in OutputStream.ReadAsync(stream, cancellationToken))
        {
            yield return output;
        }
    }

    private static bool IsNameTaken(EngineAnswer answer) =>
        answer.Status == StatusCodes.Status409Conflict
        || (answer.Status == StatusCodes.Status500InternalServerError && answer.Message.Contains("already in use", StringComparison.Ordinal));

    private static ContainerStatus ReadStatus(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var said = root.GetProperty("State");
        var state = said.GetProperty("Status").GetString() switch
        {
            "created" or "configured" or "initialized" => ContainerState.Created,
            "exited" or "dead" or "stopped" or "removing" => ContainerState.Ended,
            _ => ContainerState.Running,
        };
        return new ContainerStatus(
            state,
            state == ContainerState.Ended ? said.GetProperty("ExitCode").GetInt32() : null,
            said.TryGetProperty("OOMKilled", out var killed) && killed.ValueKind == JsonValueKind.True,
            state == ContainerState.Created ? null : ReadTime(said, "StartedAt"),
            state == ContainerState.Ended ? ReadTime(said, "FinishedAt") : null);
    }

    /// <summary>A time with up to nine decimals; engines write the year 1 for none.</summary>
    private static DateTimeOffset? ReadTime(JsonElement state, string name) =>
        state.TryGetProperty(name, out var value) && EngineTime.TryParse(value.GetString(), out var nanoseconds) && nanoseconds > 0
            ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : null;
}
