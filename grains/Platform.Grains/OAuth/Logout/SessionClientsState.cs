using System.Collections.Immutable;

namespace Platform.Grains.OAuth.Logout;

/// <summary>The persisted shape of the clients of a session.</summary>
internal sealed record SessionClientsState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string Handle { get; init; } = "";

    public string User { get; init; } = "";

    public DateTimeOffset EndsAt { get; init; }

    /// <summary>Those that have not been told.</summary>
    public ImmutableArray<string> Clients { get; init; } = [];

    /// <summary>When the next attempt to tell them is due (UTC); null while the session lives.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }
}
