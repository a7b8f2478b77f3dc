namespace Platform.Api.Runs;

/// <summary>The errors of runs.</summary>
internal static class RunErrors
{
    public static readonly ErrorCode MalformedRun = new("malformed-run", "The run asked for is not one that could be started.", 400);
    public static readonly ErrorCode NotAStarter = new("not-a-starter", "The caller may not start runs here.", 403);
    public static readonly ErrorCode NeedsUser = new("run-needs-user", "A run is started for a user; a client by itself, or another run, starts none.", 403);
    public static readonly ErrorCode ImageNotAllowed = new("image-not-allowed", "The image is not on the scope's list.", 403);
    public static readonly ErrorCode OAuthScopeNotHeld = new("oauth-scope-not-held", "The run asks for an OAuth scope that it cannot be given.", 403);
    public static readonly ErrorCode NotItsOwner = new("not-the-runs-owner", "Only who started the run, and who manages runs in its scope, may do this.", 403);
    public static readonly ErrorCode NotOfRun = new("not-of-the-run", "Only the run itself says how far it is.", 403);
    public static readonly ErrorCode NoSuchRun = new("no-such-run", "There is no such run.", 404);
    public static readonly ErrorCode NoSuchInput = new("no-such-input", "There is no such resource that the run may read.", 404);
    public static readonly ErrorCode NotRunning = new("run-not-running", "The run does not run.", 409);
    public static readonly ErrorCode OverLimit = new("run-over-limit", "The run asks for more than the scope gives.", 422);
    public static readonly ErrorCode Quota = new("run-quota", "There are as many runs waiting as there may be.", 429);
    public static readonly ErrorCode TooManyReports = new("too-many-reports", "Progress is reported once a second at most.", 429);
    public static readonly ErrorCode NoMachine = new("no-machine", "There is no machine now that could start containers. Try again.", 503);
    public static readonly ErrorCode NoClient = new("no-runs-client", "There is no trusted client that runs could be started with. The operator has to make it.", 503);

    /// <summary>The error for a refusal of the queue.</summary>
    public static ErrorCode Of(Grains.Runs.RunRefusal refusal) => refusal switch
    {
        Grains.Runs.RunRefusal.NotAllowed => NotAStarter,
        Grains.Runs.RunRefusal.ImageNotAllowed => ImageNotAllowed,
        Grains.Runs.RunRefusal.OverLimit => OverLimit,
        _ => Quota,
    };
}
