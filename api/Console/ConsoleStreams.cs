using System.Text;

namespace Platform.Api.Console;

/// <summary>What a command reads from and writes to.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="InputIsTerminal">Whether a person types there.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="ErrorIsTerminal">Whether a person sees it.</param>
internal sealed record ConsoleStreams(Stream Input, bool InputIsTerminal, TextWriter Output, TextWriter Error, bool ErrorIsTerminal = false)
{
    /// <summary>Those of this process, in UTF-8 whatever the locale says: an export has to be readable everywhere.</summary>
    internal static ConsoleStreams OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new ConsoleStreams(
            System.Console.OpenStandardInput(),
            !System.Console.IsInputRedirected,
            new StreamWriter(System.Console.OpenStandardOutput(), utf8) { AutoFlush = true },
            new StreamWriter(System.Console.OpenStandardError(), utf8) { AutoFlush = true },
            !System.Console.IsErrorRedirected);
    }
}
