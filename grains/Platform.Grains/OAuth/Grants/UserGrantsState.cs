using System.Collections.Immutable;
using Platform.Grains.Scopes;

namespace Platform.Grains.OAuth.Grants;

/// <summary>The persisted shape of what a user gave to clients.</summary>
internal sealed record UserGrantsState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The highest epoch ever given to a grant, so that one given again after a withdrawal gets another.</summary>
    public long LastEpoch { get; init; }

    /// <summary>Ordered by client (ordinal).</summary>
    public ImmutableArray<GrantState> Grants { get; init; } = [];

    /// <summary>Oldest first.</summary>
    public ImmutableArray<PersonalTokenEntryState> PersonalTokens { get; init; } = [];

    public GrantState? Find(ClientId client) => Grants.FirstOrDefault(grant => grant.Client == client.Value);

    public UserGrantsState Without(ClientId client) => this with { Grants = Grants.RemoveAll(grant => grant.Client == client.Value) };

    public UserGrantsState With(GrantState grant) => this with
    {
        Grants = [.. Without(new ClientId(grant.Client)).Grants.Add(grant).OrderBy(item => item.Client, StringComparer.Ordinal)],
        LastEpoch = Math.Max(LastEpoch, grant.Epoch),
    };

    public UserGrantsSnapshot ToSnapshot() => new(
        [.. Grants.Select(grant => grant.ToSnapshot())], [.. PersonalTokens.Select(token => token.ToToken())]);
}

/// <summary>The persisted shape of what a user gave to one client.</summary>
internal sealed record GrantState
{
    public string Client { get; init; } = "";

    public long Epoch { get; init; }

    /// <summary>Ordered by context (ordinal), the one for none in particular first.</summary>
    public ImmutableArray<ConsentState> Consents { get; init; } = [];

    public DateTimeOffset GivenAt { get; init; }

    public bool Covers(ImmutableArray<string> oauthScopes, ScopePath? context) =>
        oauthScopes.IsEmpty
        || (Consents.FirstOrDefault(consent => consent.Context == context?.Value) is { } consent && oauthScopes.All(consent.OAuthScopes.Contains));

    public GrantState With(ImmutableArray<string> oauthScopes, ScopePath? context)
    {
        var before = Consents.FirstOrDefault(consent => consent.Context == context?.Value) ?? new ConsentState { Context = context?.Value };
        var after = before with { OAuthScopes = [.. before.OAuthScopes.Union(oauthScopes, StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
        return this with { Consents = [.. Consents.Remove(before).Add(after).OrderBy(consent => consent.Context, StringComparer.Ordinal)] };
    }

    public GrantSnapshot ToSnapshot() => new(new ClientId(Client), Epoch, [.. Consents.Select(consent => consent.ToSnapshot())], GivenAt);
}

/// <summary>The persisted shape of what a user agreed to for one context.</summary>
internal sealed record ConsentState
{
    public string? Context { get; init; }

    public ImmutableArray<string> OAuthScopes { get; init; } = [];

    public ConsentSnapshot ToSnapshot() => new(Context is null ? null : new ScopePath(Context), OAuthScopes);
}

/// <summary>The persisted shape of a personal token in its user's list.</summary>
internal sealed record PersonalTokenEntryState
{
    public string Key { get; init; } = "";

    public string Handle { get; init; } = "";

    public string Name { get; init; } = "";

    public string Context { get; init; } = "";

    public long ContextEpoch { get; init; }

    public long UserEpoch { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public static PersonalTokenEntryState From(PersonalToken token) => new()
    {
        Key = token.Key.Value,
        Handle = token.Handle,
        Name = token.Name,
        Context = token.Context.Value,
        ContextEpoch = token.ContextEpoch,
        UserEpoch = token.UserEpoch,
        CreatedAt = token.CreatedAt,
        EndsAt = token.EndsAt,
    };

    public PersonalToken ToToken() => new(
        new SecretKey(Key), Handle, Name, new ScopePath(Context), ContextEpoch, UserEpoch, CreatedAt, EndsAt);
}
