using System.Text;

namespace Platform.Api.Console;

/// <summary>Writes what a command prints to a file, whole or not at all.</summary>
internal static class FileOutput
{
    /// <summary>Runs a command; where it succeeds the file holds what it printed, and otherwise is as it was.</summary>
    internal static async Task<int> WriteAsync(string path, IConsoleOutput terminal, Func<IConsoleOutput, Task<int>> run)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            int exit;
            await using (var writer = new StreamWriter(temporary, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            {
                exit = await run(new Output(writer, terminal));
            }

            if (exit == ExitCode.Ok)
            {
                File.Move(temporary, path, overwrite: true);
            }

            return exit;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await terminal.WriteErrorLineAsync($"The file cannot be written: {e.Message}");
            return ExitCode.Failed;
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private sealed class Output(TextWriter file, IConsoleOutput terminal) : IConsoleOutput
    {
        public Task WriteAsync(string text) => file.WriteAsync(text);

        public Task WriteErrorAsync(string text) => terminal.WriteErrorAsync(text);
    }
}
