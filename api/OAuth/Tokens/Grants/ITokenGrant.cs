namespace Platform.Api.OAuth.Tokens.Grants;

/// <summary>A way to get tokens.</summary>
internal interface ITokenGrant
{
    /// <summary>Its <c>grant_type</c>.</summary>
    string Type { get; }

    /// <summary>The tokens, or the error.</summary>
    ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> RunAsync(TokenRequest request);
}
