using System.Globalization;

namespace Platform.Api.Console.Administration.Answers;

/// <summary>How far a long command is: a bar that is drawn again in place where a person watches, and nothing where the output is a file.</summary>
/// <param name="terminal">Where it is drawn, on standard error.</param>
/// <param name="isWatched">Whether a person watches.</param>
internal sealed class ProgressBar(IConsoleOutput terminal, bool isWatched)
{
    private const int Width = 30;

    private string _shown = "";

    /// <summary>Shows how far it is.</summary>
    public async Task ShowAsync(long done, long total)
    {
        if (!isWatched || total <= 0)
        {
            return;
        }

        var filled = (int)(Width * Math.Clamp(done, 0, total) / total);
        var line = string.Create(CultureInfo.InvariantCulture, $"\r[{new string('#', filled)}{new string('.', Width - filled)}] {done}/{total}");
        if (line != _shown)
        {
            _shown = line;
            await terminal.WriteErrorAsync(line);
        }
    }

    /// <summary>Leaves the line.</summary>
    public async Task EndAsync()
    {
        if (_shown.Length > 0)
        {
            _shown = "";
            await terminal.WriteErrorAsync("\n");
        }
    }
}
