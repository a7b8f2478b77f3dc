namespace Platform.Grains.Audit;

/// <summary>
/// The append-only record of logins, refusals, logouts and changes of right: who, what, where from, outcome. Entries form a hash
/// chain per node and day whose heads are signed; they never hold a secret (invariant 6).
/// </summary>
public interface IAuditLog
{
    /// <summary>Appends an entry; it is durable when the task completes.</summary>
    ValueTask RecordAsync(AuditEntry entry, CancellationToken cancellationToken);
}

/// <summary>What happened.</summary>
/// <param name="Action">Which act, one of <see cref="AuditActions"/>.</param>
/// <param name="Outcome">How it ended: <c>ok</c>, or the refusal's code.</param>
/// <param name="Subject">Who: a user key, or what was typed where no user is known (cut to 128 characters); null: nobody.</param>
/// <param name="Object">On what: a scope path, a session handle, a user key; null: nothing.</param>
/// <param name="Address">Where from: the client's address, or <c>console</c>.</param>
/// <param name="Detail">More, in words; null: nothing.</param>
/// <param name="Scope">The scope in which it happened, where <paramref name="Object"/> is not that scope itself; who may read the audit of the scope sees it. Null: none.</param>
public sealed record AuditEntry(
    string Action, string Outcome, string? Subject, string? Object, string Address, string? Detail = null, string? Scope = null)
{
    /// <summary>The outcome of what succeeded.</summary>
    public const string Ok = "ok";
}

/// <summary>The acts that are recorded.</summary>
public static class AuditActions
{
    /// <summary>A login, accepted or refused.</summary>
    public const string Login = "session.login";

    /// <summary>A logout.</summary>
    public const string Logout = "session.logout";

    /// <summary>A session ended by its owner from another session, or by the platform.</summary>
    public const string EndSession = "session.end";

    /// <summary>A scope entered, or refused.</summary>
    public const string EnterScope = "scope.enter";

    /// <summary>A scope made or changed.</summary>
    public const string ChangeScope = "scope.change";

    /// <summary>The definition of a VRE sent, rejected or withdrawn.</summary>
    public const string ChangeDefinition = "scope.definition";

    /// <summary>An acceptable-use policy published, or asked for in another way.</summary>
    public const string ChangeTerms = "scope.terms";

    /// <summary>An acceptable-use policy signed by a user.</summary>
    public const string SignTerms = "terms.sign";

    /// <summary>A request to join a scope made, taken back or rejected; an accepted one is a membership given.</summary>
    public const string RequestMembership = "membership.request";

    /// <summary>An invitation into a scope made, used or taken back.</summary>
    public const string Invite = "membership.invitation";

    /// <summary>A membership given, changed or taken.</summary>
    public const string ChangeMembership = "membership.change";

    /// <summary>A local user made or changed.</summary>
    public const string ChangeUser = "user.change";

    /// <summary>An import of scopes and memberships that begins; what it changed follows as entries of their own.</summary>
    public const string Import = "scope.import";

    /// <summary>An OAuth client made, changed, suspended or deleted.</summary>
    public const string ChangeClient = "client.change";

    /// <summary>A client given tokens by its user: a consent, a device approved, a password that a legacy client sent.</summary>
    public const string Grant = "oauth.grant";

    /// <summary>What a client was given, taken back by its user.</summary>
    public const string WithdrawGrant = "oauth.withdraw";

    /// <summary>Tokens ended because a code or a refresh token came a second time, or by revocation.</summary>
    public const string EndTokens = "oauth.end";

    /// <summary>A client that was refused as what it said it was.</summary>
    public const string RefuseClient = "oauth.refuse";

    /// <summary>A personal token made or ended.</summary>
    public const string ChangePersonalToken = "oauth.personal-token";

    /// <summary>Signing keys made or retired.</summary>
    public const string RotateKeys = "oauth.keys";

    /// <summary>A document stored or removed.</summary>
    public const string ChangeResource = "resource.change";

    /// <summary>A run asked for, refused, cancelled or over.</summary>
    public const string ChangeRun = "run.change";

    /// <summary>What may run in a scope changed.</summary>
    public const string ChangeRunSettings = "scope.runs";

    /// <summary>A policy set stored, removed or rolled back.</summary>
    public const string ChangePolicy = "policy.change";

    /// <summary>A policy document registered or removed by its owner.</summary>
    public const string ChangePolicyDocument = "policy.document";

    /// <summary>The first entry of a chain.</summary>
    public const string OpenChain = "audit.open";

    /// <summary>Entries removed because they were older than they are kept.</summary>
    public const string CutAudit = "audit.cut";
}
