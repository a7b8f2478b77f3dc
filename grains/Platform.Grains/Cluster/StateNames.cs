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

    /// <summary>One OAuth client.</summary>
    public const string Client = "oauth-client";

    /// <summary>One authorization code.</summary>
    public const string AuthorizationCode = "oauth-code";

    /// <summary>All tokens that came from one authorization.</summary>
    public const string TokenFamily = "oauth-family";

    /// <summary>What one user gave to clients, and their personal tokens.</summary>
    public const string UserGrants = "oauth-grants";

    /// <summary>Whose one personal token is.</summary>
    public const string PersonalToken = "oauth-personal";

    /// <summary>One device authorization.</summary>
    public const string DeviceCode = "oauth-device";

    /// <summary>Which device authorization one user code belongs to.</summary>
    public const string UserCode = "oauth-user-code";

    /// <summary>One pushed authorization request.</summary>
    public const string PushedRequest = "oauth-pushed";

    /// <summary>One revoked access token.</summary>
    public const string RevokedToken = "oauth-revoked";

    /// <summary>The clients that have to be told when one session ends.</summary>
    public const string SessionClients = "oauth-session-clients";

    /// <summary>The ring of signing keys.</summary>
    public const string KeyRing = "oauth-keys";

    /// <summary>One document at a path in a scope.</summary>
    public const string Resource = "resource";

    /// <summary>The policy set of one protected service.</summary>
    public const string PolicySet = "policy-set";

    /// <summary>One earlier revision of a policy set.</summary>
    public const string PolicyRevision = "policy-revision";

    /// <summary>Which host belongs to which protected service.</summary>
    public const string PolicyServices = "policy-services";

    /// <summary>One policy document that a user registered.</summary>
    public const string PolicyDocument = "policy-document";

    /// <summary>Which policy document is whose.</summary>
    public const string PolicyOwner = "policy-owner";

    /// <summary>What policy documents say of one URL.</summary>
    public const string PolicyResource = "policy-resource";

    /// <summary>What policy documents say of the URLs of one origin that have wildcards.</summary>
    public const string PolicyWildcards = "policy-wildcards";

    /// <summary>One version of a scope's acceptable-use policy.</summary>
    public const string Terms = "terms";

    /// <summary>The definition of a VRE that waits for approval, or was rejected.</summary>
    public const string ScopeDefinition = "scope-definition";

    /// <summary>One invitation into a scope.</summary>
    public const string Invitation = "invitation";

    /// <summary>One run of an algorithm.</summary>
    public const string Run = "run";

    /// <summary>What the acts of the queue of runs rest on.</summary>
    public const string RunQueue = "run-queue";

    /// <summary>What one scope lets run.</summary>
    public const string RunScope = "run-scope";
}
