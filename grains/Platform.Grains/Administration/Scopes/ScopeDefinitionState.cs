using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Scopes;

/// <summary>The persisted shape of a VRE's definition, keyed by its path, until it is approved or withdrawn.</summary>
internal sealed record ScopeDefinitionState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string Path { get; init; } = "";

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    /// <summary>A user key.</summary>
    public string Designer { get; init; } = "";

    /// <summary>A user key.</summary>
    public string Manager { get; init; } = "";

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public ScopeVisibility Visibility { get; init; }

    public ScopeAdmission Admission { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset DefinedAt { get; init; }

    /// <summary>Who sent it, as the audit names them.</summary>
    public string DefinedBy { get; init; } = "";

    /// <summary>When it was rejected; null: it waits.</summary>
    public DateTimeOffset? RejectedAt { get; init; }

    public string? RejectedBy { get; init; }

    public string? Reason { get; init; }
}
