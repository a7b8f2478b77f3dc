using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// The user's yes: given now, remembered for the same client, OAuth scopes and context, or not needed where the client belongs to the
/// infrastructure and does not ask for it.
/// </summary>
internal sealed class AskConsent(IOAuthCheck check, IPlatformGrains grains, IAuditLog audit) : IAuthorizeStep
{
    public async ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        var context = request.Context?.Path;

        // A decision is on what the page named; where the session is in another scope meanwhile, it was on something else.
        var decision = request.Kept?.ShownContext == (context?.Value ?? "") ? request.Decision : null;
        switch (decision)
        {
            case ConsentDecision.Deny:
                await RecordAsync(request, "access_denied", cancellationToken);
                return AuthorizeOutcome.Fail(OAuthError.AccessDenied("The user did not allow it."));
            case ConsentDecision.Allow:
                request.Grant = await grains.UserGrants(request.Caller.Live.User.Key).GiveAsync(request.Client.Id, request.AskedScopes, context);
                await RecordAsync(request, AuditEntry.Ok, cancellationToken);
                return null;
        }

        if (request.Client.Definition.Trusted && !request.Wishes.Prompts.Contains(Prompt.Consent))
        {
            request.Grant = await grains.UserGrants(request.Caller.Live.User.Key).GiveAsync(request.Client.Id, [], context);
            return null;
        }

        var grants = await check.ReadGrantsAsync(request.Caller.Live.User.Key, cancellationToken);
        request.Grant = grants.Find(request.Client.Id);
        if (request.Grant is not null && request.Grant.Covers(request.AskedScopes, context) && !request.Wishes.Prompts.Contains(Prompt.Consent))
        {
            return null;
        }

        return request.IsSilent
            ? AuthorizeOutcome.Fail(new OAuthError("consent_required", "The user has to be asked."))
            : new AuthorizeOutcome.AskConsent();
    }

    private ValueTask RecordAsync(AuthorizeRequest request, string outcome, CancellationToken cancellationToken) => audit.RecordAsync(
        new AuditEntry(
            AuditActions.Grant,
            outcome,
            request.Caller.Subject,
            $"client:{request.Client.Id}",
            request.Http.ClientAddress(),
            $"{string.Join(' ', request.AskedScopes)}{(request.Context is { } context ? $" in {context.Path}" : "")}"),
        cancellationToken);
}
