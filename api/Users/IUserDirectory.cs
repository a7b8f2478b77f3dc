using System.Collections.Immutable;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>A directory of users: the local one, or one on LDAP servers. It answers; it never throws because it is down.</summary>
internal interface IUserDirectory
{
    /// <summary>The name that its users are keyed by.</summary>
    string Name { get; }

    /// <summary>Whether verifying a password costs this node a password hash.</summary>
    bool HashesPasswords { get; }

    /// <summary>Whether its users change without the platform hearing of it, so that it is asked again for live sessions.</summary>
    bool IsRemote { get; }

    /// <summary>Checks a name and password.</summary>
    /// <param name="name">The name, comparable.</param>
    /// <param name="password">As typed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<DirectoryAnswer> VerifyAsync(LocalName name, string password, CancellationToken cancellationToken);

    /// <summary>What the directory says of a user now, without any password.</summary>
    Task<DirectoryAnswer> ConfirmAsync(UserKey key, CancellationToken cancellationToken);

    /// <summary>Whose name this is.</summary>
    Task<NameHolder> ResolveAsync(LocalName name, CancellationToken cancellationToken);
}

/// <summary>Whose a name is in a directory.</summary>
/// <param name="Key">The user's key; null where the directory does not know the name, or does not answer.</param>
/// <param name="Answered">Whether it answered.</param>
internal readonly record struct NameHolder(UserKey? Key, bool Answered = true);

/// <summary>What a directory says.</summary>
internal abstract record DirectoryAnswer
{
    private DirectoryAnswer()
    {
    }

    /// <summary>The user is there and enabled, and the password was right if one was asked about.</summary>
    internal sealed record Found(DirectoryUser User) : DirectoryAnswer;

    /// <summary>There is no such user.</summary>
    internal sealed record UnknownUser : DirectoryAnswer;

    /// <summary>The password is not the user's.</summary>
    internal sealed record WrongPassword(UserKey Key) : DirectoryAnswer;

    /// <summary>The user is disabled.</summary>
    internal sealed record Disabled(UserKey Key) : DirectoryAnswer;

    /// <summary>The directory does not answer.</summary>
    internal sealed record Unavailable(string Reason) : DirectoryAnswer;
}

/// <summary>A user as a directory describes them.</summary>
/// <param name="Key">The directory and the immutable id in it.</param>
/// <param name="Profile">Name, full name, mail.</param>
/// <param name="Memberships">What their groups give, ordered by scope; null where the directory has no say in memberships.</param>
/// <param name="Epoch">The revocation epoch that the password was verified under; null where the directory keeps none.</param>
internal sealed record DirectoryUser(UserKey Key, UserProfile Profile, ImmutableArray<Membership>? Memberships, long? Epoch = null);
