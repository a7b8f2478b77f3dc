namespace Platform.Grains.OAuth.Codes;

/// <summary>The persisted shape of a pushed authorization request.</summary>
internal sealed record PushedRequestState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string Client { get; init; } = "";

    public string Parameters { get; init; } = "";

    public DateTimeOffset EndsAt { get; init; }

    public string? DpopThumbprint { get; init; }

    /// <summary>The name of its one use; null: not used yet.</summary>
    public string? UsedBy { get; init; }

    public PushedRequest ToRequest() => new(new ClientId(Client), Parameters, EndsAt, DpopThumbprint);
}
