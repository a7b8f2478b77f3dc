using System.Text;

namespace Platform.Api.Console;

/// <summary>Reads a password: from a pipe its first line, at a terminal without showing it.</summary>
internal static class PasswordInput
{
    private const int MaxBytes = 4096;

    /// <summary>The password; null where there is none, or nothing that is UTF-8.</summary>
    internal static async Task<string?> ReadAsync(Stream input, bool isTerminal, TextWriter prompt, CancellationToken cancellationToken)
    {
        if (isTerminal)
        {
            return ReadHidden(prompt);
        }

        var bytes = new byte[MaxBytes];
        var length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var line = bytes.AsSpan(0, length);
        line = line.IndexOf((byte)'\n') is var end and >= 0 ? line[..end] : line;
        line = line.EndsWith("\r"u8) ? line[..^1] : line;
        try
        {
            return line.IsEmpty ? null : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? ReadHidden(TextWriter prompt)
    {
        prompt.Write("Password: ");
        prompt.Flush();
        var password = new StringBuilder();
        for (var key = System.Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = System.Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                password.Length = Math.Max(0, password.Length - 1);
            }
            else if (key.KeyChar != 0)
            {
                password.Append(key.KeyChar);
            }
        }

        prompt.WriteLine();
        return password.Length == 0 ? null : password.ToString();
    }
}
