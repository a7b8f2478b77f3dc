namespace Platform.Engine.Tests.Grains;

/// <summary>A filter that records what passes for grains that ask for it, and refuses what such a grain calls forbidden.</summary>
internal sealed class TagFilter(Probe probe) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is not IFilteredGrain)
        {
            await context.Invoke();
            return;
        }

        var method = context.InterfaceMethod.Name;
        if (method == nameof(IFilteredGrain.ForbiddenAsync))
        {
            throw new UnauthorizedAccessException("forbidden by the filter");
        }

        probe.Record($"before {method}");
        await context.Invoke();
        probe.Record($"after {method}");
    }
}
