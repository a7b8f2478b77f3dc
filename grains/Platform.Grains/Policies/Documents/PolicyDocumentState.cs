using System.Collections.Immutable;

namespace Platform.Grains.Policies.Documents;

/// <summary>The persisted shape of one registered policy document.</summary>
internal sealed record PolicyDocumentState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Whose it is, a user key.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The document as it is given back.</summary>
    public string Xml { get; init; } = "";

    /// <summary>The URLs that it speaks of.</summary>
    public ImmutableArray<PolicyUrlState> Resources { get; init; } = [];

    public DateTimeOffset RegisteredAt { get; init; }

    /// <summary>The key of a document's row. The prefix keeps names that read as numbers from being taken for others.</summary>
    public static string KeyOf(string name) => "policy:" + name;
}

/// <summary>A URL, normalised.</summary>
internal sealed record PolicyUrlState
{
    public string Text { get; init; } = "";

    public string Origin { get; init; } = "";

    public static PolicyUrlState From(ResourceUrl url) => new() { Text = url.Text, Origin = url.Origin };

    public ResourceUrl ToUrl() => new(Text, Origin);
}

/// <summary>The persisted shape of the row that lists one document among its owner's.</summary>
internal sealed record PolicyOwnerState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;
}

/// <summary>The persisted shape of what policy documents say: of one URL, or of all URLs of one origin that have wildcards.</summary>
internal sealed record PolicyResourceState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public ImmutableArray<PolicyResourceEntryState> Entries { get; init; } = [];
}

/// <summary>What one policy document says of one URL.</summary>
internal sealed record PolicyResourceEntryState
{
    /// <summary>The URL: a row of wildcards holds several, and any row those that differ in letter case.</summary>
    public PolicyUrlState Url { get; init; } = new();

    /// <summary>Whose URL it is.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The document's name.</summary>
    public string Policy { get; init; } = "";

    public bool Active { get; init; } = true;

    public ImmutableArray<PolicyActionState> Actions { get; init; } = [];

    public ImmutableArray<PolicySubjectState> Subjects { get; init; } = [];
}

/// <summary>What a policy document says of a method.</summary>
internal sealed record PolicyActionState
{
    public string Method { get; init; } = "";

    public bool Allow { get; init; }
}

/// <summary>Whom a policy document speaks of.</summary>
internal sealed record PolicySubjectState
{
    public DocumentSubjectKind Kind { get; init; }

    public bool Exclusive { get; init; }

    public ImmutableArray<string> Values { get; init; } = [];
}
