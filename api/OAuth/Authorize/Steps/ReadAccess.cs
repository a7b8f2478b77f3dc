using System.Collections.Immutable;
using Platform.Api.OAuth.Requests;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>What is asked for: OAuth scopes, context, audiences, each within what the client may ask for.</summary>
internal sealed class ReadAccess(Issuer issuer) : IAuthorizeStep
{
    public ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        var (access, refusal) = RequestedAccess.Read(request.Http.Request.Headers[RequestedAccess.Header], request.Parameters, issuer.Value);
        refusal ??= access!.FindExcess(request.Client.Definition);
        if (refusal is not null)
        {
            return new(AuthorizeOutcome.Fail(refusal));
        }

        request.Access = access!;
        request.OAuthScopes = Counting(request.Client, access!.OAuthScopes ?? []);
        return new((AuthorizeOutcome?)null);
    }

    /// <summary>What goes on without a session does so by refresh tokens; without that grant there is nothing to go on with (Core §11).</summary>
    internal static ImmutableArray<string> Counting(ClientSnapshot client, ImmutableArray<string> oauthScopes) =>
        client.MayUse(GrantTypes.RefreshToken) ? oauthScopes : oauthScopes.Remove(OAuthScopes.OfflineAccess);
}
