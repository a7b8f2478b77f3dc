namespace Platform.Api.Policies;

/// <summary>The errors of policy sets.</summary>
internal static class PolicyErrors
{
    public static readonly ErrorCode MalformedService = new("malformed-service", "The service's name does not follow the grammar.", 400);
    public static readonly ErrorCode MalformedQuestion = new("malformed-question", "The question is not one that can be decided.", 400);
    public static readonly ErrorCode NotAPolicyManager = new("not-a-policy-manager", "Only those who manage this service's policies may do this.", 403);
    public static readonly ErrorCode BeyondScope = new("policy-beyond-scope", "Only those who manage the infrastructure change a service's hosts and scope, or remove its set.", 403);
    public static readonly ErrorCode NoSuchSet = new("no-such-policy-set", "There is no policy set of this service.", 404);
    public static readonly ErrorCode NoSuchRevision = new("no-such-policy-revision", "There is no such revision, or it is no longer kept.", 404);
    public static readonly ErrorCode HostTaken = new("host-taken", "A host belongs to another service.", 409);
    public static readonly ErrorCode Changed = new("policy-set-changed", "The policy set is not in the state that the request rests on.", 412);
    public static readonly ErrorCode TooLarge = new("policy-set-too-large", "The file is over the limit.", 413);
    public static readonly ErrorCode Faulty = new("faulty-policy-set", "The file is no policy set.", 422);
}
