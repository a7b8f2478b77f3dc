using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Engine.Activations;
using Platform.Engine.Discovery;
using Platform.Engine.References;
using Platform.Engine.Reminders;
using Platform.Storage;

namespace Platform.Engine.Hosting;

/// <summary>The engine of one node. It takes calls from the moment that it exists, until it stops.</summary>
internal sealed partial class EmbeddedEngine : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan DisposalTime = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _killed = new();
    private readonly Lazy<IIncomingGrainCallFilter[]> _filters;
    private volatile bool _closed;

    public EmbeddedEngine(
        GrainCatalogue catalogue,
        IServiceProvider services,
        IStateStore states,
        IOptions<EngineOptions> options,
        EngineMetrics metrics,
        TimeProvider clock,
        ILogger<EmbeddedEngine> logger)
    {
        Catalogue = catalogue;
        Services = services.GetRequiredService<IServiceScopeFactory>();
        States = states;
        _filters = new Lazy<IIncomingGrainCallFilter[]>(() => [.. services.GetServices<IIncomingGrainCallFilter>()]);
        Options = options.Value;
        Metrics = metrics;
        Clock = clock;
        Logger = logger;
        Killed = _killed.Token;
        Factory = new GrainFactory(this);
        Activations = new ActivationDirectory(this);
        Collector = new ActivationCollector(this);
        Reminders = new ReminderRegistry(services, clock);
    }

    public GrainCatalogue Catalogue { get; }

    public IServiceScopeFactory Services { get; }

    public IStateStore States { get; }

    /// <summary>What runs around every call. Made at the first one, since a filter may itself ask for references.</summary>
    public IIncomingGrainCallFilter[] Filters => _filters.Value;

    public EngineOptions Options { get; }

    public EngineMetrics Metrics { get; }

    public TimeProvider Clock { get; }

    public ILogger Logger { get; }

    public GrainFactory Factory { get; }

    public ActivationDirectory Activations { get; }

    public ActivationCollector Collector { get; }

    public ReminderRegistry Reminders { get; }

    /// <summary>Cancelled when the time to stop is over.</summary>
    public CancellationToken Killed { get; }

    /// <summary>What a call that cannot begin any more fails with; null until the time to stop is over.</summary>
    public Exception? WhyKilled => Killed.IsCancellationRequested ? new EngineStoppedException() : null;

    /// <summary>Lets calls pass while the engine runs; while it stops, those that turns under way make.</summary>
    /// <exception cref="EngineStoppedException">The engine takes no more calls.</exception>
    public void ThrowIfClosed()
    {
        if (_closed && TaskScheduler.Current is not TurnScheduler)
        {
            throw new EngineStoppedException();
        }
    }

    /// <summary>Takes no more calls, serves those that it took, and deactivates everything; when the token is cancelled, without waiting longer.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        Collector.Dispose();
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The node stops.");
        try
        {
            // Turns under way may still wake others, so this goes on until none is left.
            while (Activations.Count > 0)
            {
                var all = Activations.All.ToList();
                all.ForEach(activation => activation.Leave(reason));
                await Task.WhenAll(all.Select(activation => activation.WhenGoneAsync())).WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Log.StoppedEarly(Logger, Activations.Count);
            await _killed.CancelAsync();
        }
    }

    /// <summary>Stops where no host did, and gives turns under way a little time.</summary>
    public async ValueTask DisposeAsync()
    {
        using var time = new CancellationTokenSource(DisposalTime);
        await StopAsync(time.Token);
    }

    /// <summary>Stops without waiting.</summary>
    public void Dispose()
    {
        _closed = true;
        Collector.Dispose();
        _killed.Cancel();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "The time to stop is over; {Count} grains were still busy")]
        public static partial void StoppedEarly(ILogger logger, int count);
    }
}
