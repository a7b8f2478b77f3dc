using System.Collections.Immutable;

namespace Platform.Api.OAuth.Tokens.Grants;

/// <summary>A token of a client for itself (RFC 6749 §4.4), in a context where the client is a member of it.</summary>
internal sealed class ClientCredentialsGrant(TokenIssuer tokens, Issuer issuer) : ITokenGrant
{
    /// <inheritdoc/>
    public string Type => GrantTypes.ClientCredentials;

    /// <inheritdoc/>
    public async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> RunAsync(TokenRequest request)
    {
        if (request.Client.Client.IsPublic)
        {
            return (null, OAuthError.UnauthorizedClient("A client that cannot prove who it is gets no token for itself."));
        }

        var oauthScopes = request.Asked.OAuthScopes ?? TokenIssuer.DefaultOAuthScopes(request.Definition);
        if (oauthScopes.Any(TokenIssuer.IsForUsers))
        {
            return (null, OAuthError.InvalidScope("One of these OAuth scopes is about a user, and there is none."));
        }

        var (context, refusal) = request.Asked.FindContext(request.Client.Access, null);
        return refusal is not null
            ? (null, refusal)
            : (await tokens.ForClientAsync(request.Client, oauthScopes, AudiencesOf(request), context, request.DpopThumbprint, request.Aborted), null);
    }

    private ImmutableArray<string> AudiencesOf(TokenRequest request) => request.Asked.AudiencesFor(issuer.Value);
}
