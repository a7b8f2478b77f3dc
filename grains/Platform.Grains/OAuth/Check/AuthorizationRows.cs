using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.OAuth.Check;

/// <summary>The rows that an authorization hangs on, and the judgement of what they say.</summary>
internal sealed class AuthorizationRows
{
    private const int Client = 0;
    private const int User = 1;
    private const int Memberships = 2;
    private const int Scopes = 3;
    private const int Grants = 4;
    private const int Session = 5;

    /// <summary>Those of this authorization.</summary>
    public AuthorizationRows(AuthorizationSnapshot authorization)
    {
        var user = authorization.User.ToString();
        var keys = new List<StateKey>(Session + 1)
        {
            CheckRows.Client(authorization.Client),
            new(StateNames.User, user),
            new(StateNames.Memberships, user),
            CheckRows.Scopes,
            CheckRows.Grants(authorization.User),
        };
        if (authorization.Session is { } session)
        {
            keys.Add(new StateKey(StateNames.Session, session.Value));
        }

        Keys = [.. keys];
    }

    /// <summary>Their keys.</summary>
    public StateKey[] Keys { get; }

    /// <summary>
    /// What holds an authorization, where all of it holds: the client, the user, the user's grant to the client, the session; each as it
    /// was when the user gave it. Null where anything of it is over.
    /// </summary>
    /// <param name="authorization">The authorization whose rows these are.</param>
    /// <param name="facts">What they said at one instant, in the order of <see cref="Keys"/>; others may follow.</param>
    /// <param name="now">The time (UTC).</param>
    public static LiveAuthorization? Judge(AuthorizationSnapshot authorization, ReadOnlySpan<FactNow> facts, DateTimeOffset now)
    {
        if (facts[Client].Value is not ClientSnapshot { Suspended: false } client || client.Epoch != authorization.ClientEpoch
            || facts[User].Value is not UserSnapshot { Disabled: false } user || user.Epoch != authorization.UserEpoch
            || ((UserGrantsSnapshot)facts[Grants].Value!).Find(authorization.Client)?.Epoch != authorization.GrantEpoch)
        {
            return null;
        }

        LiveSession? session = null;
        if (authorization.Session is not null)
        {
            if (facts[Session].Value is not CachedSession cached
                || facts[Session].SeenAt is not { } seenAt
                || !SessionCheck.IsAlive(cached.Snapshot, user, seenAt, now))
            {
                return null;
            }

            session = cached.Judged(user, facts[Memberships].Fact, facts[Scopes].Fact, seenAt, now);
        }

        var access = new ScopeAccess((IScopeCatalogue)facts[Scopes].Value!, (MembershipIndex)facts[Memberships].Value!, now);
        return new LiveAuthorization(client, user, session, access);
    }
}

/// <summary>An authorization whose grounds held at one instant.</summary>
/// <param name="Client">The client that it was given to.</param>
/// <param name="User">The user who gave it.</param>
/// <param name="Session">The session that it ends with; null where there is none.</param>
/// <param name="Access">What the user may do in which scope.</param>
internal sealed record LiveAuthorization(ClientSnapshot Client, UserSnapshot User, LiveSession? Session, ScopeAccess Access);
