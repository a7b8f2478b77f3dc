namespace Platform.Api.Http.Access;

/// <summary>Who may call an endpoint. Each endpoint has one; without one it is refused (invariant 7).</summary>
internal sealed class AccessRule
{
    /// <summary>Everyone; a session, if there is one, is looked up.</summary>
    public static readonly AccessRule Anyone = new();

    /// <summary>Everyone; no session is looked up, so that no database is needed.</summary>
    public static readonly AccessRule AnyoneUnseen = new();

    /// <summary>Callers with a live session.</summary>
    public static readonly AccessRule Session = new();

    /// <summary>Callers with a live session or a live token.</summary>
    public static readonly AccessRule Principal = new();

    private AccessRule()
    {
    }

    /// <summary>The rule of a request's endpoint; null where there is no endpoint of ours.</summary>
    public static AccessRule? Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>();
}

/// <summary>States the rule of an endpoint, in its route table.</summary>
internal static class AccessRuleConventions
{
    /// <summary>Everyone may call it.</summary>
    public static TBuilder ForAnyone<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AccessRule.Anyone);

    /// <summary>Everyone may call it, and it does not ask who calls.</summary>
    public static TBuilder ForAnyoneUnseen<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AccessRule.AnyoneUnseen);

    /// <summary>Callers with a live session or a live token may.</summary>
    public static TBuilder ForPrincipal<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AccessRule.Principal);

    /// <summary>Callers with a live session, or a live token for an OAuth scope, may.</summary>
    public static TBuilder ForPrincipal<TBuilder>(this TBuilder builder, string oauthScope)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AccessRule.Principal, new NeededOAuthScope(oauthScope));

    /// <summary>Callers with a live session, or a live token for one of these OAuth scopes, may.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="oauthScope">The least that is needed, which challenges name.</param>
    /// <param name="wider">One that holds it.</param>
    public static TBuilder ForPrincipal<TBuilder>(this TBuilder builder, string oauthScope, string wider)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AccessRule.Principal, new NeededOAuthScope(oauthScope, wider));

    /// <summary>Callers with a live session may.</summary>
    public static TBuilder ForSession<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(AccessRule.Session);
}

/// <summary>The OAuth scope that a token needs at an endpoint; sessions are not limited to any.</summary>
/// <param name="Value">The least that is needed.</param>
/// <param name="Wider">Another that holds it; null: none.</param>
internal sealed record NeededOAuthScope(string Value, string? Wider = null)
{
    /// <summary>Whether a principal's token is for it.</summary>
    public bool IsHeldBy(Principal principal) => principal.Allows(Value) || (Wider is not null && principal.Allows(Wider));
}
