namespace Platform.Grains.Cluster;

/// <summary>The names of the kinds of state: the type part of each row's key. They are stored, so they never change.</summary>
public static class StateNames
{
    /// <summary>The storage provider that all grains name.</summary>
    public const string Storage = "platform";

    /// <summary>One login.</summary>
    public const string Session = "session";

    /// <summary>What applications keep in one login.</summary>
    public const string SessionAttributes = "session-attributes";

    /// <summary>One user.</summary>
    public const string User = "user";

    /// <summary>One name of the local directory.</summary>
    public const string LocalName = "local-name";

    /// <summary>The memberships of one user.</summary>
    public const string Memberships = "memberships";

    /// <summary>The hierarchy.</summary>
    public const string Scopes = "scopes";
}
