namespace Platform.Api.Console;

/// <summary>Where a command writes: the terminal, or the other end of the control socket.</summary>
internal interface IConsoleOutput
{
    /// <summary>Writes what was asked for.</summary>
    Task WriteAsync(string text);

    /// <summary>Writes what is in the way, in plain words.</summary>
    Task WriteErrorAsync(string text);
}

/// <summary>Writes to this process's streams.</summary>
internal sealed class WriterOutput(TextWriter output, TextWriter error) : IConsoleOutput
{
    /// <inheritdoc/>
    public async Task WriteAsync(string text)
    {
        await output.WriteAsync(text);
        await output.FlushAsync();
    }

    /// <inheritdoc/>
    public async Task WriteErrorAsync(string text)
    {
        await error.WriteAsync(text);
        await error.FlushAsync();
    }
}

/// <summary>Lines for both streams.</summary>
internal static class ConsoleOutputLines
{
    /// <summary>Writes a line of what was asked for.</summary>
    internal static Task WriteLineAsync(this IConsoleOutput output, string line) => output.WriteAsync(line + "\n");

    /// <summary>Writes a line of what is in the way.</summary>
    internal static Task WriteErrorLineAsync(this IConsoleOutput output, string line) => output.WriteErrorAsync(line + "\n");
}
