namespace Platform.Engine.Tests.Grains;

/// <summary>A grain with state, as the programming model has it, without the platform's base class.</summary>
[Alias("tests.INoteGrain")]
public interface INoteGrain : IGrainWithStringKey
{
    /// <summary>The text in memory.</summary>
    [Alias("ReadAsync"), ReadOnly]
    Task<Note> ReadAsync();

    /// <summary>Writes a text.</summary>
    [Alias("WriteAsync")]
    Task WriteAsync(string text);

    /// <summary>Writes a text, and says whether that failed instead of letting the exception out.</summary>
    [Alias("TryWriteAsync")]
    Task<bool> TryWriteAsync(string text);

    /// <summary>Tries to write what cannot be serialized.</summary>
    [Alias("WriteUnserializableAsync")]
    Task WriteUnserializableAsync(string text);

    /// <summary>Deletes the row.</summary>
    [Alias("ClearAsync")]
    Task ClearAsync();

    /// <summary>Adds one to the number and writes it.</summary>
    [Alias("IncrementAsync")]
    Task<int> IncrementAsync();

    /// <summary>Leaves memory.</summary>
    [Alias("LeaveAsync")]
    Task LeaveAsync();
}

/// <summary>What a note holds.</summary>
/// <param name="Text">The text; null before one was written.</param>
/// <param name="Exists">Whether there is a row.</param>
/// <param name="ETag">The row's version.</param>
/// <param name="Activation">Which activation answered.</param>
/// <param name="KnownOnActivation">The text that OnActivateAsync saw.</param>
[GenerateSerializer, Immutable, Alias("tests.Note")]
public sealed record Note(
    [property: Id(0)] string? Text,
    [property: Id(1)] bool Exists,
    [property: Id(2)] string? ETag,
    [property: Id(3)] Guid Activation,
    [property: Id(4)] string? KnownOnActivation);

/// <summary>How a note is stored.</summary>
public sealed class NoteState
{
    public const string Name = "test-note";

    public int Version { get; set; } = 1;

    public string? Text { get; set; }

    public int Number { get; set; }

    public DayOfWeek Day { get; set; } = DayOfWeek.Friday;

    public object? Extra { get; set; }
}

internal sealed class NoteGrain([PersistentState(NoteState.Name, StoreName.Name)] IPersistentState<NoteState> state, Probe probe) : Grain, INoteGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private string? _knownOnActivation;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _knownOnActivation = state.State.Text;
        probe.Record($"activated {this.GetPrimaryKeyString()}");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Record($"deactivated {this.GetPrimaryKeyString()}");
        return Task.CompletedTask;
    }

    public Task<Note> ReadAsync() =>
        Task.FromResult(new Note(state.State.Text, state.RecordExists, state.Etag, _activation, _knownOnActivation));

    public async Task WriteAsync(string text)
    {
        var before = state.State.Text;
        state.State.Text = text;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            state.State.Text = before;
            throw;
        }
    }

    public async Task<bool> TryWriteAsync(string text)
    {
        try
        {
            await WriteAsync(text);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    public async Task WriteUnserializableAsync(string text)
    {
        // A type's handle has no JSON, on either engine.
        state.State.Extra = typeof(NoteGrain);
        try
        {
            await WriteAsync(text);
        }
        finally
        {
            state.State.Extra = null;
        }
    }

    public Task ClearAsync() => state.ClearStateAsync();

    public async Task<int> IncrementAsync()
    {
        state.State.Number++;
        await state.WriteStateAsync();
        return state.State.Number;
    }

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
