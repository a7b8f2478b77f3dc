using Platform.Grains.Scopes.Import;

namespace Platform.Grains.OAuth.Import;

/// <summary>What a file says about one client. What it leaves out stays as it is.</summary>
/// <param name="Id">The client.</param>
/// <param name="Place">Where it stands.</param>
public sealed record ImportedClient(ClientId Id, ImportPlace Place)
{
    /// <summary>Whether the client is to be removed, which ends all its tokens, together with all its memberships.</summary>
    public bool Remove { get; init; }

    /// <summary>Whether it is refused everywhere.</summary>
    public Given<bool>? Suspended { get; init; }

    /// <summary>The changes, each of what one key of the file says.</summary>
    public IReadOnlyList<Func<ClientDefinition, ClientDefinition>> Edits { get; init; } = [];

    /// <summary>The secret that it has from now on; null: as before.</summary>
    public IImportedSecret? Secret { get; init; }

    /// <summary>Everything that is wrong with the client as it would be, each with its place.</summary>
    public Func<ClientDefinition, IReadOnlyList<ImportProblem>> FindProblems { get; init; } = _ => [];
}

/// <summary>A secret that a file gives in the clear. It is never kept; its hash is.</summary>
public interface IImportedSecret
{
    /// <summary>Whether a hash that is kept is of this secret, so that importing it again changes nothing.</summary>
    bool Matches(ClientSecret kept);

    /// <summary>A new hash of it, the same for all calls.</summary>
    ClientSecret Keep();
}
