using Microsoft.Extensions.Options;
using Platform.Api.Runs.Containers;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;

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

        if (await runtime.FindImageAsync(run.Request.Image, cancellationToken) is not { } image)
        {
            return (run, Ending(RunOutcome.NotStarted, $"The machine {options.Value.Machine} does not have the image '{run.Request.Image}'."));
        }

        var (documents, missing) = await inputs.ReadAsync(RunTokens.PrincipalOf(run, grounds), scope, run.Request.Inputs, cancellationToken);
        if (missing is not null)
        {
            return (run, Ending(RunOutcome.NotStarted, $"There is no input '{missing}' that it may read."));
        }

        if (documents.Sum(document => (long)document.Content.Length) > options.Value.InputBytes)
        {
            return (run, Ending(RunOutcome.NotStarted, FormattableString.Invariant($"Its inputs are larger than {options.Value.InputBytes} bytes together.")));
        }

        var path = folder.Make(run.Id);
        for (var index = 0; index < documents.Count; index++)
        {
            folder.PutInput(run.Id, index + 1, documents[index].Content);
        }

        if (await runtime.CreateAsync(containers.Describe(run, image, path), cancellationToken) is { } fault)
        {
            return (run, Ending(RunOutcome.NotStarted, $"The container could not be made: {fault}"));
        }

        if (await grains.Run(run.Id).BeginStartAsync(options.Value.Machine, folder.Holder, image.Id) is { } begun)
        {
            return (begun, null);
        }

        // It was cancelled, or given to another machine, while its container was made.
        return (null, null);
    }

    private RunEnding Ending(RunOutcome outcome, string reason) => new(outcome, null, reason, time.GetUtcNow());
}
