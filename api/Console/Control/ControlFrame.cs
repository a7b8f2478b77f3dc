namespace Platform.Api.Console.Control;

/// <summary>A line of the answer to a command: what it wrote, or at the end its exit code.</summary>
/// <param name="Out">A piece of what was asked for.</param>
/// <param name="Error">A piece of what is in the way.</param>
/// <param name="Exit">The exit code; the last line alone has it.</param>
internal sealed record ControlFrame(string? Out = null, string? Error = null, int? Exit = null)
{
    /// <summary>The media type of the answer: a JSON document a line.</summary>
    internal const string ContentType = "application/x-ndjson";

    /// <summary>Where commands are posted to.</summary>
    internal const string Path = "/commands";
}
