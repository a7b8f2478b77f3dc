namespace Platform.Api.Http.Targets;

/// <summary>What the raw request target said: the cleaned path, the session ids that were on it, or why it is refused.</summary>
internal sealed class RequestTarget
{
    /// <summary>The path, percent-decoded, without parameters.</summary>
    public required string Path { get; init; }

    /// <summary>The query with its <c>?</c>, still encoded; empty without one.</summary>
    public required string Query { get; init; }

    /// <summary>The values of <c>jsessionid</c> parameters in their order; at most <see cref="RequestTargetParser.MaxSessionIds"/>.</summary>
    public IReadOnlyList<string> SessionIds { get; init; } = [];

    /// <summary>Why the target is refused; null where it is not.</summary>
    public TargetRefusal? Refusal { get; init; }
}

/// <summary>Why a request target is refused.</summary>
/// <param name="Error">The error.</param>
/// <param name="Place">Where in the target, in words; never what stands there, which may be a session id.</param>
internal sealed record TargetRefusal(ErrorCode Error, string Place);
