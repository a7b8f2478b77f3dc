using Platform.Grains.Administration.Scopes;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration;

/// <summary>Finds users, and clients as members, with what is known of them.</summary>
internal static class KnownUsers
{
    /// <summary>The longest text taken for a user.</summary>
    public const int MaxText = 1000;

    /// <summary>The user or client that an administrator names; null where there is none.</summary>
    /// <param name="transaction">Within what.</param>
    /// <param name="text">A local user name or <c>directory:id</c>; for a client <c>client:id</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<KnownUser?> FindAsync(StateTransaction transaction, string? text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxText || text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        if (UserLookup.TryParseKey(text, out var key) && key.Directory == ClientId.MemberDirectory)
        {
            return ClientId.TryParse(key.Id, out var id)
                && await transaction.FindAsync<ClientState>(StateNames.Client, id.GrainKey, cancellationToken) is { } client
                    ? Show(key, client)
                    : null;
        }

        return await UserLookup.FindAsync(transaction, text, cancellationToken) is { } user
            ? Show(user, await transaction.FindAsync<UserState>(StateNames.User, user.ToString(), cancellationToken))
            : null;
    }

    /// <summary>Whether a user or client is there and neither disabled nor suspended; the transaction rests on it.</summary>
    public static async Task<bool> IsActiveAsync(StateTransaction transaction, UserKey key, CancellationToken cancellationToken)
    {
        var row = RowOf(key);
        var isActive = key.Directory == ClientId.MemberDirectory
            ? await transaction.FindAsync<ClientState>(row.Type, row.Key, cancellationToken) is { Suspended: false }
            : await transaction.FindAsync<UserState>(row.Type, row.Key, cancellationToken) is { Disabled: false };
        transaction.RestOn(row.Type, row.Key);
        return isActive;
    }

    /// <summary>What is known of a user by their key; the key alone where there is nothing.</summary>
    public static async Task<KnownUser> DescribeAsync(StateTransaction transaction, UserKey key, CancellationToken cancellationToken) =>
        await FindAsync(transaction, key.ToString(), cancellationToken) ?? Unknown(key);

    /// <summary>What is known of several users, in their order, as far as their rows can be read.</summary>
    public static async Task<IReadOnlyList<KnownUser>> DescribeAsync(IStateStore store, IReadOnlyList<UserKey> users, CancellationToken cancellationToken)
    {
        var probes = users.Select(user => new StateProbe(RowOf(user), 0)).ToArray();
        var answers = probes.Length == 0 ? [] : await store.ProbeAsync(probes, cancellationToken);
        return [.. users.Zip(answers, Show)];
    }

    private static StateKey RowOf(UserKey user) => user.Directory == ClientId.MemberDirectory
        ? new StateKey(StateNames.Client, new ClientId(user.Id).GrainKey)
        : new StateKey(StateNames.User, user.ToString());

    private static KnownUser Show(UserKey key, StateProbeAnswer answer)
    {
        if (answer.Version == 0)
        {
            return Unknown(key);
        }

        return key.Directory == ClientId.MemberDirectory
            ? Show(key, StateSerializer.Deserialize<ClientState>(answer.Payload.Span))
            : Show(key, StateSerializer.Deserialize<UserState>(answer.Payload.Span));
    }

    private static KnownUser Show(UserKey key, ClientState client) => new(key, key.Id, client.Definition.Name, null, client.Suspended);

    private static KnownUser Show(UserKey key, UserState? user) =>
        user is null ? Unknown(key) : new KnownUser(key, user.UserName, user.DisplayName, user.Mail, user.Disabled);

    private static KnownUser Unknown(UserKey key) => new(key, key.ToString(), key.ToString(), null, Disabled: false);
}
