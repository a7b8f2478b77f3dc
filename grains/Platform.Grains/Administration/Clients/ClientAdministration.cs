using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Users;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Clients;

/// <summary>
/// OAuth clients: administrators make and change them; whoever owns one sees it, replaces its secret, and changes its names and addresses, but gets it
/// no rights that it did not have.
/// </summary>
public sealed class ClientAdministration
{
    /// <summary>The longest that a replaced secret stays valid.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    private const int MaxOwners = 20;

    private static readonly AdministrationRefusal NoSuchClient = new(RefusalKind.NotFound, "no-such-client", "There is no such client.");
    private static readonly AdministrationRefusal NotAllowed = AdministrationRefusal.Forbidden("Clients are administered by managers of an infrastructure alone.");
    private static readonly AdministrationRefusal NotOwners = AdministrationRefusal.Forbidden("Owners change names, addresses and secrets of their client; the rest is the administrators'.");
    private static readonly AdministrationRefusal HoldsMore = AdministrationRefusal.Forbidden("This client holds a role whose permissions you do not hold; whoever proves to be it holds them.");

    private readonly IStateStore _store;
    private readonly ClientList _list;
    private readonly IClientRules _rules;
    private readonly AuthorityReader _authorities;
    private readonly IAuditLog _audit;
    private readonly TimeProvider _time;

    internal ClientAdministration(IStateStore store, ClientList list, IClientRules rules, AuthorityReader authorities, IAuditLog audit, TimeProvider time)
    {
        _store = store;
        _list = list;
        _rules = rules;
        _authorities = authorities;
        _audit = audit;
        _time = time;
    }

    /// <summary>The clients that the actor may see: all, or their own.</summary>
    public async Task<AdministrationResult<Page<ClientSnapshot>>> ListAsync(
        AdministrationActor actor, ClientFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        if (!(await _authorities.ReadAsync(actor, cancellationToken)).AllowsAnywhere(Permission.ManageClients))
        {
            if (actor.LimitedTo is not null)
            {
                return new Page<ClientSnapshot>([], null, 0);
            }

            filter = filter with { Owner = actor.Subject };
        }

        return await _list.FindAsync(filter, page, cancellationToken);
    }

    /// <summary>A client.</summary>
    public Task<AdministrationResult<AdministeredClient>> FindAsync(AdministrationActor actor, string id, CancellationToken cancellationToken) =>
        StateTransaction.RunAsync<AdministrationResult<AdministeredClient>>(
            _store,
            async (transaction, token) => await FindAsync(transaction, actor, id, token) is { } row ? AdministeredClient.From(row.Id, row.State) : NoSuchClient,
            cancellationToken);

    /// <summary>Makes a client; its secret, where it has one, is shown this once.</summary>
    public async Task<AdministrationResult<ClientWithSecret>> CreateAsync(AdministrationActor actor, NewClient client, CancellationToken cancellationToken)
    {
        if (!ClientId.TryParse(client.Id ?? Random(16), out var id))
        {
            return AdministrationRefusal.Invalid("id", $"A client's id has 1 to {ClientId.MaxLength} printable ASCII characters without blanks.");
        }

        var secret = HasSecret(client.Definition) ? Random(32) : null;
        var definition = client.Definition with { Secrets = secret is null ? [] : [Keep(secret)], RegistrationTokenHash = null };
        if (Refuse(definition) is { } refusal)
        {
            return refusal;
        }

        var result = await StateTransaction.RunAsync<AdministrationResult<ClientWithSecret>>(
            _store,
            async (transaction, token) =>
            {
                var now = _time.GetUtcNow();
                if (!(await Authority.ReadAsync(transaction, actor, now, token)).AllowsAnywhere(Permission.ManageClients))
                {
                    return NotAllowed;
                }

                if (await transaction.FindAsync<ClientState>(StateNames.Client, id.GrainKey, token) is not null)
                {
                    return AdministrationRefusal.Conflict("client-exists", "There is a client with this id already.");
                }

                var (owners, bad) = await ReadOwnersAsync(transaction, client.Owners, token);
                if (bad is not null)
                {
                    return bad;
                }

                var state = ClientChanges.Make(definition, ClientOrigin.Administered, now) with { Owners = owners };
                transaction.Set(StateNames.Client, id.GrainKey, state);
                return new ClientWithSecret(AdministeredClient.From(id, state), secret);
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(actor, id, "made");
        }

        return result;
    }

    /// <summary>Changes a client. Its tokens end where that takes away what they rest on.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="id">The client.</param>
    /// <param name="change">What.</param>
    /// <param name="ifMatch">The tags that the change rests on, <c>*</c> for any; null: no condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AdministrationResult<AdministeredClient>> ChangeAsync(
        AdministrationActor actor, string id, ClientChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        var result = await ChangeAsync(
            actor,
            id,
            ifMatch,
            async (row, transaction, token) =>
            {
                var before = row.State.Definition.ToDefinition();
                var after = change.Edit(before) with { Secrets = before.Secrets, RegistrationTokenHash = before.RegistrationTokenHash };
                string? secret = null;
                if (HasSecret(after) != HasSecret(before))
                {
                    secret = HasSecret(after) ? Random(32) : null;
                    after = after with { Secrets = secret is null ? [] : [Keep(secret)] };
                }

                if (!row.IsAdministrator && (change.Owners is not null || !ClientChanges.Same(ClientDefinitionState.From(OwnersPart(before, after)), ClientDefinitionState.From(after))))
                {
                    return NotOwners;
                }

                if (row.IsAdministrator && (change.Owners is not null || ChangesProof(before, after))
                    && await AdministeredRow.HoldsMoreAsync(transaction, row.Authority, row.Id.AsMember, _time.GetUtcNow(), token))
                {
                    return HoldsMore;
                }

                if (Refuse(after) is { } refusal)
                {
                    return refusal;
                }

                var state = ClientChanges.Redefine(row.State, after, _time.GetUtcNow());
                if (change.Owners is { } named)
                {
                    var (owners, bad) = await ReadOwnersAsync(transaction, named, token);
                    if (bad is not null)
                    {
                        return bad;
                    }

                    state = state with { Owners = owners };
                }

                return new Changed(state, secret);
            },
            "changed",
            cancellationToken);
        return result.IsDone ? result.Value.Client : result.Refusal;
    }

    /// <summary>
    /// Gives a client another secret, shown this once. Those that it had stay valid for the overlap; without one they go at once, and with them all
    /// tokens of the client.
    /// </summary>
    public Task<AdministrationResult<ClientWithSecret>> RotateSecretAsync(
        AdministrationActor actor, string id, TimeSpan overlap, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        overlap < TimeSpan.Zero || overlap > LongestOverlap
            ? Task.FromResult<AdministrationResult<ClientWithSecret>>(AdministrationRefusal.Invalid("overlapSeconds", $"The overlap is 0 to {(long)LongestOverlap.TotalSeconds} seconds."))
            : ChangeAsync(
                actor,
                id,
                ifMatch,
                async (row, transaction, token) =>
                {
                    var before = row.State.Definition.ToDefinition();
                    if (!HasSecret(before))
                    {
                        return AdministrationRefusal.Conflict("no-secret", "This client does not prove who it is with a secret.");
                    }

                    var now = _time.GetUtcNow();
                    if (row.IsAdministrator && await AdministeredRow.HoldsMoreAsync(transaction, row.Authority, row.Id.AsMember, now, token))
                    {
                        return HoldsMore;
                    }

                    var until = now + overlap;
                    var kept = before.Secrets
                        .Where(one => overlap > TimeSpan.Zero && !(one.EndsAt <= now))
                        .Select(one => one with { EndsAt = one.EndsAt < until ? one.EndsAt : until });
                    var secret = Random(32);
                    return new Changed(ClientChanges.Redefine(row.State, before with { Secrets = [Keep(secret), .. kept] }, now), secret);
                },
                overlap > TimeSpan.Zero ? $"secret replaced, the earlier ones end in {(long)overlap.TotalSeconds} s" : "secret replaced, the earlier ones ended",
                cancellationToken);

    /// <summary>Refuses a client everywhere, which ends its tokens, or lets it in again; owners may do the former.</summary>
    public async Task<AdministrationResult<AdministeredClient>> SetSuspendedAsync(
        AdministrationActor actor, string id, bool suspended, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        var result = await ChangeAsync(
            actor,
            id,
            ifMatch,
            (row, _, _) => Task.FromResult<AdministrationResult<Changed>>(
                !suspended && !row.IsAdministrator ? NotOwners
                : new Changed(row.State.Suspended == suspended ? row.State : ClientChanges.SetSuspended(row.State, suspended), null)),
            suspended ? "suspended" : "resumed",
            cancellationToken);
        return result.IsDone ? result.Value.Client : result.Refusal;
    }

    /// <summary>Removes a client with its memberships, which ends its tokens.</summary>
    public async Task<AdministrationResult<AdministeredClient>> RemoveAsync(
        AdministrationActor actor, string id, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        var result = await StateTransaction.RunAsync<AdministrationResult<AdministeredClient>>(
            _store,
            async (transaction, token) =>
            {
                if (await FindAsync(transaction, actor, id, token) is not { } row)
                {
                    return NoSuchClient;
                }

                var shown = AdministeredClient.From(row.Id, row.State);
                if (!row.IsAdministrator)
                {
                    return NotOwners;
                }

                if (!EntityTag.Holds(ifMatch, shown.Tag))
                {
                    return AdministrationRefusal.Stale;
                }

                await transaction.FindAsync<MembershipsState>(StateNames.Memberships, row.Id.AsMember.ToString(), token);
                transaction.Remove(StateNames.Memberships, row.Id.AsMember.ToString());
                transaction.Remove(StateNames.Client, row.Id.GrainKey);
                return shown;
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(actor, result.Value.Client.Id, "removed");
        }

        return result;
    }

    private static bool HasSecret(ClientDefinition client) => client.Authentication is ClientAuthentication.SecretBasic or ClientAuthentication.SecretPost;

    private static string Random(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    private static ClientSecret Keep(string secret) => new(SecretHashing.Sha256, SecretKey.FromSecret(secret).Value, null);

    /// <summary>Whether somebody else could prove to be the client from now on.</summary>
    private static bool ChangesProof(ClientDefinition before, ClientDefinition after) =>
        before.Authentication != after.Authentication || before.Jwks != after.Jwks || before.JwksUri != after.JwksUri;

    /// <summary>What an owner may have made of a client.</summary>
    private static ClientDefinition OwnersPart(ClientDefinition before, ClientDefinition after) => before with
    {
        Name = after.Name,
        ClientUri = after.ClientUri,
        PolicyUri = after.PolicyUri,
        TosUri = after.TosUri,
        LogoUri = after.LogoUri,
        Contacts = after.Contacts,
        RedirectUris = after.RedirectUris,
        PostLogoutRedirectUris = after.PostLogoutRedirectUris,
    };

    private AdministrationRefusal? Refuse(ClientDefinition client) =>
        _rules.FindProblem(client) is { } problem ? AdministrationRefusal.Invalid(problem.Member, $"{problem.Member}: {problem.Message}.") : null;

    /// <summary>The client, where the actor may know of it.</summary>
    private async Task<Row?> FindAsync(StateTransaction transaction, AdministrationActor actor, string text, CancellationToken cancellationToken)
    {
        var authority = await Authority.ReadAsync(transaction, actor, _time.GetUtcNow(), cancellationToken);
        if (!ClientId.TryParse(text, out var id) || await transaction.FindAsync<ClientState>(StateNames.Client, id.GrainKey, cancellationToken) is not { } state)
        {
            return null;
        }

        var isAdministrator = authority.AllowsAnywhere(Permission.ManageClients);
        var isOwner = actor is { Subject: { } subject, LimitedTo: null } && state.Owners.Contains(subject.ToString());
        return isAdministrator || isOwner ? new Row(id, state, authority, isAdministrator) : null;
    }

    private async Task<AdministrationResult<ClientWithSecret>> ChangeAsync(
        AdministrationActor actor,
        string id,
        IReadOnlyCollection<string>? ifMatch,
        Func<Row, StateTransaction, CancellationToken, Task<AdministrationResult<Changed>>> change,
        string what,
        CancellationToken cancellationToken)
    {
        var isChanged = false;
        var result = await StateTransaction.RunAsync<AdministrationResult<ClientWithSecret>>(
            _store,
            async (transaction, token) =>
            {
                if (await FindAsync(transaction, actor, id, token) is not { } row)
                {
                    return NoSuchClient;
                }

                if (!EntityTag.Holds(ifMatch, EntityTag.Of(row.State)))
                {
                    return AdministrationRefusal.Stale;
                }

                var changed = await change(row, transaction, token);
                if (!changed.IsDone)
                {
                    return changed.Refusal;
                }

                // Tags are hashes of all that a row says: the same tag, nothing changed.
                isChanged = EntityTag.Of(changed.Value.State) != EntityTag.Of(row.State);
                if (isChanged)
                {
                    transaction.Set(StateNames.Client, row.Id.GrainKey, changed.Value.State);
                }

                return new ClientWithSecret(AdministeredClient.From(row.Id, changed.Value.State), changed.Value.Secret);
            },
            cancellationToken);
        if (result.IsDone && isChanged)
        {
            await RecordAsync(actor, result.Value.Client.Client.Id, what);
        }

        return result;
    }

    /// <summary>The keys of the owners, each a user who is there.</summary>
    private static async Task<(ImmutableArray<string> Keys, AdministrationRefusal? Refusal)> ReadOwnersAsync(
        StateTransaction transaction, ImmutableArray<string> named, CancellationToken cancellationToken)
    {
        if (named.Length > MaxOwners)
        {
            return ([], AdministrationRefusal.Invalid("owners", $"A client has at most {MaxOwners} owners."));
        }

        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in named)
        {
            if (await UserLookup.FindAsync(transaction, name, cancellationToken) is not { } key)
            {
                return ([], AdministrationRefusal.Invalid("owners", "One of the owners is no user."));
            }

            transaction.RestOn(StateNames.User, key.ToString());
            keys.Add(key.ToString());
        }

        return ([.. keys], null);
    }

    private ValueTask RecordAsync(AdministrationActor actor, ClientId id, string detail) =>
        _audit.RecordAsync(new AuditEntry(AuditActions.ChangeClient, AuditEntry.Ok, actor.Name, $"client:{id}", actor.Address, detail), CancellationToken.None);

    private sealed record Row(ClientId Id, ClientState State, Authority Authority, bool IsAdministrator);

    private sealed record Changed(ClientState State, string? Secret);
}
