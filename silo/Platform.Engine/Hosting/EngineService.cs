using Microsoft.Extensions.Hosting;
using Platform.Engine.Reminders;

namespace Platform.Engine.Hosting;

/// <summary>Runs the engine with the host.</summary>
internal sealed class EngineService(EmbeddedEngine engine, ReminderPoller reminders) : IHostedService
{
    // The engine takes calls since it was made, which checked the grains; what begins here is what nobody calls.
    public Task StartAsync(CancellationToken cancellationToken)
    {
        reminders.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await reminders.StopAsync();
        await engine.StopAsync(cancellationToken);
    }
}
