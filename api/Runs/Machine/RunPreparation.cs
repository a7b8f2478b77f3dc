using System.Text;
using Microsoft.Extensions.Options;
using Platform.Api.Runs.Containers;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// Makes the container of a run that a machine has just taken: what the run rests on is looked at once more, since it may have waited for long.
/// </summary>
internal sealed class RunPreparation(
    IContainerRuntime runtime,
    IPlatformGrains grains,
    IRunQueue queue,
    RunTokens tokens,
    RunInputs inputs,
    RunFolder folder,
    RunContainers containers,
    IOptions<MachineOptions> options,
    TimeProvider time)
{
    /// <summary>Makes it, and notes down that it is about to be started.</summary>
    /// <returns>The run, to be started; or how it ended before it began; or neither, where it is not this machine's to start any more.</returns>
    public async Task<(RunSnapshot? Run, RunEnding? Ending)> PrepareAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        if (await tokens.FindGroundsBeforeAsync(run, cancellationToken) is not { Context: { } scope } grounds)
        {
            return (run, Ending(RunOutcome.RightsLost, "Its user, the client that asked for it, or the scope lost what it would have run with while it waited."));
        }

        var terms = await queue.ReadTermsAsync(run.Scope, cancellationToken);
        if (!terms.Admit(grounds.Access, run.Scope))
        {
            return (run, Ending(RunOutcome.RightsLost, "Its user may not start runs in the scope any more."));
        }

        if (!terms.Images.Contains(run.Request.Image))
        {
            return (run, Ending(RunOutcome.NotStarted, "The image is not on the scope's list any more."));
        }

        if (terms.FindExcess(run.Request.Limits) is { } excess)
        {
            return (run, Ending(RunOutcome.NotStarted, $"The scope gives less than when it was asked for: {excess}"));
        }

        var (image, fault) = await FindImageAsync(run.Request.Image, cancellationToken);
        if (image is null)
        {
            return (run, Ending(RunOutcome.NotStarted, fault!));
        }

        var path = folder.Make(run.Id);
        if (await TryPutInputsAsync(run, grounds, scope, cancellationToken) is { } unreadable)
        {
            return (run, Ending(RunOutcome.NotStarted, unreadable));
        }

        if (await runtime.CreateAsync(containers.Describe(run, image, path), cancellationToken) is { } refused)
        {
            return (run, Ending(RunOutcome.NotStarted, $"The container could not be made: {refused}"));
        }

        if (await grains.Run(run.Id).BeginStartAsync(options.Value.Machine, folder.Holder, image.Id) is { } begun)
        {
            return (begun, null);
        }

        // It was cancelled, or given to another machine, while its container was made.
        return (null, null);
    }

    /// <returns>The image, or why the run cannot have it.</returns>
    private async Task<(ContainerImage? Image, string? Fault)> FindImageAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var image = await runtime.FindImageAsync(name, cancellationToken);
            return image is null ? (null, $"The machine {options.Value.Machine} does not have the image '{name}'.")
                : RunContainers.FindFault(image) is { } fault ? (null, fault)
                : (image, null);
        }
        catch (ContainerEngineException refused)
        {
            // A name that is none for the engine stays so.
            return (null, $"The image '{name}' cannot be looked up: {refused.Message}");
        }
    }

    /// <returns>Why they cannot all be put there; null: they are.</returns>
    private async Task<string?> TryPutInputsAsync(RunSnapshot run, LiveToken grounds, ScopeSnapshot scope, CancellationToken cancellationToken)
    {
        var number = 0;
        var left = options.Value.InputBytes;
        var principal = RunTokens.PrincipalOf(run, grounds);
        foreach (var path in run.Request.Inputs)
        {
            if (await inputs.FindAsync(principal, scope, path, cancellationToken) is not { } document)
            {
                return $"There is no input '{path}' that it may read.";
            }

            left -= Encoding.UTF8.GetByteCount(document.Content);
            if (left < 0)
            {
                return FormattableString.Invariant($"Its inputs are larger than {options.Value.InputBytes} bytes together.");
            }

            folder.PutInput(run.Id, ++number, document.Content);
        }

        return null;
    }

    private RunEnding Ending(RunOutcome outcome, string reason) => new(outcome, null, reason, time.GetUtcNow());
}
