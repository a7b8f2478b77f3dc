using Platform.Grains.Policies.Documents;

namespace Platform.Api.Policies.OpenSso.Documents;

/// <summary>A policy as OpenSSO's documents write it (contracts/opentox-opensso.md, "Policy documents"), its texts trimmed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Active">Whether it decides.</param>
/// <param name="Rules">What it says of URLs.</param>
/// <param name="Subjects">Whom it speaks of; null: of nobody.</param>
internal sealed record PolicyDocument(string Name, bool Active, IReadOnlyList<PolicyDocumentRule> Rules, PolicyDocumentSubjects? Subjects)
{
    /// <summary>How many URLs one may speak of.</summary>
    public const int MaxResources = 2000;

    /// <summary>How many users and groups one may name; each URL's row holds them.</summary>
    public const int MaxValues = 100;

    /// <summary>How long the name of one of them may be.</summary>
    public const int MaxValueLength = 256;

    /// <summary>How much it may say of the methods of one URL.</summary>
    public const int MaxActions = 64;

    /// <summary>How many characters of names the rows of all URLs of a document may hold: each URL's row holds all of its policy's.</summary>
    public const int MaxStoredNames = 4 * 1024 * 1024;

    /// <summary>How many characters of names its rows hold.</summary>
    public long StoredNames => (Subjects?.All.Sum(subject => subject.Values.Sum(value => (long)value.Length)) ?? 0) * Rules.DistinctBy(rule => rule.Url).Count();
}

/// <summary>What a policy says of one URL.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Resource">The URL as it was written.</param>
/// <param name="Url">The URL, normalised.</param>
/// <param name="Actions">What it says of methods.</param>
internal sealed record PolicyDocumentRule(string Name, string Resource, ResourceUrl Url, IReadOnlyList<DocumentAction> Actions);

/// <summary>Whom a policy speaks of.</summary>
/// <param name="Name">A name for all of them.</param>
/// <param name="Description">What they are, in words.</param>
/// <param name="All">Any of these.</param>
internal sealed record PolicyDocumentSubjects(string Name, string Description, IReadOnlyList<PolicyDocumentSubject> All);

/// <summary>Some users, or some groups, or all others.</summary>
/// <param name="Name">The subject's name.</param>
/// <param name="Kind">What the values are.</param>
/// <param name="Exclusive">Whether all others are meant.</param>
/// <param name="Values">Distinguished names.</param>
internal sealed record PolicyDocumentSubject(string Name, DocumentSubjectKind Kind, bool Exclusive, IReadOnlyList<string> Values);
