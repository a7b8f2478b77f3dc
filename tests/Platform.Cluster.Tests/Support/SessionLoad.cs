using System.Collections.Concurrent;
using System.Net;

namespace Platform.Cluster.Tests.Support;

/// <summary>Clients that check one session again and again, on all nodes at once, and remember when each check began.</summary>
internal sealed class SessionLoad : IAsyncDisposable
{
    private readonly ConcurrentQueue<Check> _checks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;

    private SessionLoad(IEnumerable<HttpClient> nodes, Func<HttpClient, Task<HttpStatusCode>> check, int clientsPerNode) =>
        _clients = [.. nodes.SelectMany((node, index) => Enumerable.Range(0, clientsPerNode).Select(_ => Task.Run(() => RunAsync(node, index, check))))];

    public static SessionLoad Start(IEnumerable<HttpClient> nodes, string id, int clientsPerNode = 3) =>
        new(nodes, node => node.SessionStatusAsync(id), clientsPerNode);

    public static SessionLoad Start(IEnumerable<HttpClient> nodes, Func<HttpClient, Task<HttpStatusCode>> check, int clientsPerNode = 3) =>
        new(nodes, check, clientsPerNode);

    public IReadOnlyCollection<Check> Checks => _checks;

    public static long Now => TimeProvider.System.GetTimestamp();

    /// <summary>How many checks that began at or after a time have been answered by a node.</summary>
    public int CountSince(long time, int node) => _checks.Count(check => check.Node == node && check.BeganAt >= time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private async Task RunAsync(HttpClient client, int node, Func<HttpClient, Task<HttpStatusCode>> check)
    {
        while (!_stop.IsCancellationRequested)
        {
            var began = Now;
            try
            {
                _checks.Enqueue(new Check(node, began, await check(client)));
            }
            catch (HttpRequestException)
            {
                // The node is down: no answer is neither a yes nor a no.
                _checks.Enqueue(new Check(node, began, null));
            }
        }
    }

    /// <param name="Node">Which node was asked.</param>
    /// <param name="BeganAt">When, in ticks of the monotonic clock.</param>
    /// <param name="Status">The answer; null: none came.</param>
    internal sealed record Check(int Node, long BeganAt, HttpStatusCode? Status);
}
