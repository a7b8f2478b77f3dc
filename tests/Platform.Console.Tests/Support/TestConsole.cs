using System.Text;
using Platform.Api.Console;

namespace Platform.Console.Tests.Support;

/// <summary>What a command answered.</summary>
internal sealed record ConsoleAnswer(int Exit, string Output, string Error);

/// <summary>The command line as a person uses it, in this process.</summary>
internal static class TestConsole
{
    public static Task<ConsoleAnswer> RunAsync(TestDatabase database, string input, params string[] arguments) =>
        RunAsync(database.Settings, input, arguments);

    public static async Task<ConsoleAnswer> RunAsync(IReadOnlyDictionary<string, string?> settings, string input, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var streams = new ConsoleStreams(new MemoryStream(Encoding.UTF8.GetBytes(input)), InputIsTerminal: false, output, error);
        var exit = await PlatformCommandLine.RunAsync(
            [.. arguments, .. settings.Select(setting => $"--{setting.Key}={setting.Value}")],
            _ => throw new InvalidOperationException("No server was to be started."),
            streams);
        return new ConsoleAnswer(exit, output.ToString(), error.ToString());
    }
}
