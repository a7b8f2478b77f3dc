using System.Collections.Immutable;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Import;

namespace Platform.Grains.Scopes.Import;

/// <summary>Where in a file something stands.</summary>
/// <param name="Path">The way to it, for instance <c>memberships[3].roles[0]</c>.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
public readonly record struct ImportPlace(string Path, int Line, int Column);

/// <summary>A reason not to import a file.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ImportProblem(ImportPlace Place, string Message)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"line {Place.Line}, column {Place.Column}{(Place.Path.Length == 0 ? "" : $", {Place.Path}")}: {Message}";
}

/// <summary>What a file says about scopes, clients and memberships. What it does not name stays as it is.</summary>
/// <param name="Scopes">The scopes.</param>
/// <param name="Memberships">The memberships.</param>
public sealed record ScopeImport(IReadOnlyList<ImportedScope> Scopes, IReadOnlyList<ImportedMembership> Memberships)
{
    /// <summary>The OAuth clients.</summary>
    public IReadOnlyList<ImportedClient> Clients { get; init; } = [];
}

/// <summary>A value that a file may leave out; what it leaves out stays as it is.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Value">The value.</param>
public sealed record Given<T>(T Value);

/// <summary>What a file says about one scope.</summary>
/// <param name="Path">The scope.</param>
/// <param name="Place">Where it stands.</param>
public sealed record ImportedScope(ScopePath Path, ImportPlace Place)
{
    /// <summary>Whether the scope is to be removed, together with all memberships of it.</summary>
    public bool Remove { get; init; }

    /// <summary>Its name; null: the path's last name.</summary>
    public Given<string?>? DisplayName { get; init; }

    /// <summary>Its description; null: none.</summary>
    public Given<string?>? Description { get; init; }

    /// <summary>Who finds it in a list.</summary>
    public Given<ScopeVisibility>? Visibility { get; init; }

    /// <summary>What callers without a session may do in it.</summary>
    public Given<ImmutableArray<string>>? Anonymous { get; init; }

    /// <summary>Whether it is closed.</summary>
    public Given<bool>? Suspended { get; init; }

    /// <summary>When it ends (UTC); null: not.</summary>
    public Given<DateTimeOffset?>? EndsAt { get; init; }

    /// <summary>When it begins (UTC); null: at once.</summary>
    public Given<DateTimeOffset?>? StartsAt { get; init; }

    /// <summary>How people become members.</summary>
    public Given<ScopeAdmission>? Admission { get; init; }

    /// <summary>Whether it is closed for good.</summary>
    public Given<bool>? Archived { get; init; }
}

/// <summary>What a file says about one membership.</summary>
/// <param name="User">The user: a local user name, or <c>directory:id</c>; for a client <c>client:id</c>.</param>
/// <param name="UserPlace">Where the user stands.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Place">Where the scope stands.</param>
public sealed record ImportedMembership(string User, ImportPlace UserPlace, ScopePath Scope, ImportPlace Place)
{
    /// <summary>Whether the membership is to be taken away.</summary>
    public bool Remove { get; init; }

    /// <summary>The roles; empty: a plain member.</summary>
    public Given<ImmutableArray<string>>? Roles { get; init; }

    /// <summary>When it ends (UTC); null: not.</summary>
    public Given<DateTimeOffset?>? Until { get; init; }

    /// <summary>Whether it is suspended.</summary>
    public Given<bool>? Suspended { get; init; }
}

/// <summary>How to import.</summary>
/// <param name="Actor">Who imports, for the audit.</param>
/// <param name="CheckOnly">Says what would change, and changes nothing.</param>
/// <param name="UnseenUsers">Takes <c>directory:id</c> users who have never logged in, too.</param>
public sealed record ImportOptions(string Actor, bool CheckOnly = false, bool UnseenUsers = false);

/// <summary>How an import ended: with problems, and then nothing was changed, or with changes.</summary>
/// <param name="Problems">All reasons not to import.</param>
/// <param name="Changes">What was changed, or would be; empty: everything was as the file says.</param>
public sealed record ImportOutcome(IReadOnlyList<ImportProblem> Problems, IReadOnlyList<ImportChange> Changes);

/// <summary>What happened to a scope, a client or a membership.</summary>
public enum ImportChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It was there and is different now.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Removed,
}

/// <summary>One change that an import made.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Scope">The scope.</param>
/// <param name="User">The user's key where a membership changed; null where the scope itself did.</param>
/// <param name="Detail">What it is like now.</param>
public sealed record ImportChange(ImportChangeKind Kind, ScopePath Scope, string? User, string? Detail)
{
    /// <summary>The client that changed; null: a scope or a membership did.</summary>
    public ClientId? Client { get; private init; }

    /// <summary>The change of a client.</summary>
    public static ImportChange OfClient(ImportChangeKind kind, ClientId client, string? detail) => new(kind, default, null, detail) { Client = client };
}
