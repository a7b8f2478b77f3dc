using System.Net;
using System.Threading.Channels;
using Platform.Api.Http.Outward;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Sessions;
using Platform.Storage;

namespace Platform.Api.OAuth.Logout;

/// <summary>
/// Tells clients of ended sessions, outside of the requests that ended them. What is due is in the database: a logout on this node is told
/// at once, one of a node that died, or one that a client did not take, by whichever node looks next.
/// </summary>
internal sealed partial class LogoutDelivery(
    IPlatformGrains grains,
    IActivityStore activity,
    IOAuthCheck check,
    LogoutTokens tokens,
    OutwardFetch outward,
    TimeProvider time,
    ILogger<LogoutDelivery> logger) : BackgroundService
{
    private const int BatchSize = 100;

    /// <summary>How many clients are waited for at once.</summary>
    private const int AtOnce = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // What does not fit is found in the database a little later.
    private readonly Channel<SessionKey> _ended = Channel.CreateBounded<SessionKey>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A session has just ended on this node.</summary>
    public void Hurry(SessionKey session) => _ended.Writer.TryWrite(session);

    /// <summary>Tells all clients that are due now, whoever ended their sessions.</summary>
    public async Task DeliverDueAsync(CancellationToken cancellationToken)
    {
        var due = await activity.FindOverAsync(StateNames.SessionClients, DateTimeOffset.MinValue, time.GetUtcNow(), BatchSize, cancellationToken);
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (key, token) => await DeliverAsync(new SessionKey(key), token));
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(TellAtOnceAsync(stoppingToken), LookForDueAsync(stoppingToken));

    private Task TellAtOnceAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        _ended.Reader.ReadAllAsync(stoppingToken),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
        async (session, token) => await TryAsync(() => DeliverAsync(session, token)));

    private async Task LookForDueAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(() => DeliverDueAsync(stoppingToken));
        }
    }

    private async Task TryAsync(Func<Task> deliver)
    {
        try
        {
            await deliver();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // It is still due, and whatever is wrong with one client must not keep the others from being told.
            LogFailed(failure);
        }
    }

    private async Task DeliverAsync(SessionKey session, CancellationToken cancellationToken)
    {
        var list = grains.SessionClients(session);
        if (await list.ClaimAsync() is not { } notice)
        {
            return;
        }

        var told = await Task.WhenAll(notice.Clients.Select(async client => (Client: client, Done: await TellAsync(client, notice, cancellationToken))));
        foreach (var (client, _) in notice.LastAttempt ? told.Where(entry => !entry.Done) : [])
        {
            LogGivenUp(client.Value);
        }

        await list.SettleAsync([.. told.Where(entry => entry.Done || notice.LastAttempt).Select(entry => entry.Client)]);
    }

    /// <summary>Tells one client; true also where there is nobody to tell any more.</summary>
    private async Task<bool> TellAsync(ClientId id, LogoutNotice notice, CancellationToken cancellationToken)
    {
        if (await check.FindClientAsync(id, cancellationToken) is not { Client: { Definition.BackchannelLogoutUri: { } uri } client })
        {
            return true;
        }

        var token = await tokens.MakeAsync(client, notice, cancellationToken);
        var status = await outward.PostAsync(uri, new Dictionary<string, string> { ["logout_token"] = token }, cancellationToken);
        return status is HttpStatusCode.OK or HttpStatusCode.NoContent;
    }
}
