using Platform.Api.OAuth.Authorize.Steps;

namespace Platform.Api.OAuth.Authorize;

/// <summary>An authorization request's way from its parameters to its code. Each step has one concern and finds what the next ones need.</summary>
internal sealed class AuthorizeSteps
{
    private readonly IAuthorizeStep[] _beginning;
    private readonly IAuthorizeStep[] _understanding;
    private readonly IAuthorizeStep[] _deciding;

    public AuthorizeSteps(IServiceProvider services)
    {
        // Until the redirect URI is known to be the client's, what is wrong is said on a page of ours.
        _beginning =
        [
            Create<FindRequest>(services),
            Create<FindClient>(services),
        ];

        // From the redirect URI on, errors go to the client. Pushed requests pass these too, before anybody sees them.
        _understanding =
        [
            Create<CheckRedirectUri>(services),
            Create<CheckResponse>(services),
            Create<CheckRequestForm>(services),
            Create<CheckProof>(services),
            Create<ReadAccess>(services),
            Create<ReadWishes>(services),
        ];

        // All is known that the client wants; now its user counts.
        _deciding =
        [
            Create<FindUser>(services),
            Create<CheckAccount>(services),
            Create<ChooseContext>(services),
            Create<AskConsent>(services),
            Create<IssueCode>(services),
        ];
    }

    /// <summary>The whole way.</summary>
    public async ValueTask<AuthorizeOutcome> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken) =>
        await TakeAsync(_beginning, request, cancellationToken)
        ?? await TakeAsync(_understanding, request, cancellationToken)
        ?? await TakeAsync(_deciding, request, cancellationToken)
        ?? throw new InvalidOperationException("The last step always decides.");

    /// <summary>Whether a request of a client that is known can be followed at all; null: it can.</summary>
    public ValueTask<AuthorizeOutcome?> UnderstandAsync(AuthorizeRequest request, CancellationToken cancellationToken) =>
        TakeAsync(_understanding, request, cancellationToken);

    private static async ValueTask<AuthorizeOutcome?> TakeAsync(IAuthorizeStep[] steps, AuthorizeRequest request, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            if (await step.TakeAsync(request, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return null;
    }

    private static T Create<T>(IServiceProvider services)
        where T : IAuthorizeStep => ActivatorUtilities.CreateInstance<T>(services);
}
