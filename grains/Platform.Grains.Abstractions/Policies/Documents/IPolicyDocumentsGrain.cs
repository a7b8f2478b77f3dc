using System.Collections.Immutable;
using Platform.Grains.Cluster;

namespace Platform.Grains.Policies.Documents;

/// <summary>The policy documents that one user registered, keyed by the user (contracts/opentox-opensso.md, "The policy service").</summary>
[Alias("platform.IPolicyDocumentsGrain")]
public interface IPolicyDocumentsGrain : IGrainWithStringKey
{
    /// <summary>Registers documents, all of them or none. Whoever registers the first on a URL owns that URL.</summary>
    [Alias("RegisterAsync")]
    Task<DocumentRegistration> RegisterAsync(ImmutableArray<DocumentToRegister> documents);

    /// <summary>Removes one. A URL that no document speaks of any more is nobody's.</summary>
    /// <returns>False where the user has none of this name.</returns>
    [Alias("RemoveAsync")]
    Task<bool> RemoveAsync(string name);

    /// <summary>One as XML; null where the user has none of this name.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<string?> FindAsync(string name);

    /// <summary>The names of a page of them, ordered (ordinal); an empty page is the end.</summary>
    /// <param name="after">The last name of the page before; null from the start.</param>
    [Alias("ListAsync"), Idempotent]
    Task<ImmutableArray<string>> ListAsync(string? after);
}

/// <summary>A policy document, checked and made comparable.</summary>
/// <param name="Name">Its name, unique among all documents.</param>
/// <param name="Xml">The document as it is given back.</param>
/// <param name="Active">Whether it decides; one that does not still takes its URLs.</param>
/// <param name="Resources">The URLs that it speaks of, each once.</param>
/// <param name="Subjects">Whom it speaks of: any of these.</param>
[GenerateSerializer, Immutable, Alias("platform.DocumentToRegister")]
public sealed record DocumentToRegister(
    [property: Id(0)] string Name,
    [property: Id(1)] string Xml,
    [property: Id(2)] bool Active,
    [property: Id(3)] ImmutableArray<DocumentResource> Resources,
    [property: Id(4)] ImmutableArray<DocumentSubject> Subjects);

/// <summary>What a policy document says of one URL.</summary>
/// <param name="Url">The URL, normalised; segments that are <c>-*-</c> stand for any one.</param>
/// <param name="Actions">What it says of methods.</param>
[GenerateSerializer, Immutable, Alias("platform.DocumentResource")]
public sealed record DocumentResource([property: Id(0)] ResourceUrl Url, [property: Id(1)] ImmutableArray<DocumentAction> Actions);

/// <summary>What a policy document says of a method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Allow">Whether it lets it through; otherwise it keeps it out.</param>
[GenerateSerializer, Immutable, Alias("platform.DocumentAction")]
public readonly record struct DocumentAction([property: Id(0)] string Method, [property: Id(1)] bool Allow);

/// <summary>Whom a policy document speaks of: one of the alternatives.</summary>
/// <param name="Kind">What the values are.</param>
/// <param name="Exclusive">Whether all others are meant.</param>
/// <param name="Values">User keys, user names of nobody yet, or names of groups.</param>
[GenerateSerializer, Immutable, Alias("platform.DocumentSubject")]
public sealed record DocumentSubject(
    [property: Id(0)] DocumentSubjectKind Kind, [property: Id(1)] bool Exclusive, [property: Id(2)] ImmutableArray<string> Values);

/// <summary>What the values of a <see cref="DocumentSubject"/> are.</summary>
[Alias("platform.DocumentSubjectKind")]
public enum DocumentSubjectKind
{
    /// <summary>Users.</summary>
    Users,

    /// <summary>Groups.</summary>
    Groups,
}

/// <summary>How a registration ended.</summary>
[Alias("platform.DocumentOutcome")]
public enum DocumentOutcome
{
    /// <summary>All are registered.</summary>
    Registered,

    /// <summary>There is a document of this name.</summary>
    NameTaken,

    /// <summary>The URL is another user's.</summary>
    ResourceTaken,

    /// <summary>As many documents speak of the URL, or of its host with wildcards, as may.</summary>
    TooMany,
}

/// <summary>How a registration ended.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Culprit">The name or URL at fault; null: none is.</param>
[GenerateSerializer, Immutable, Alias("platform.DocumentRegistration")]
public sealed record DocumentRegistration([property: Id(0)] DocumentOutcome Outcome, [property: Id(1)] string? Culprit = null);
