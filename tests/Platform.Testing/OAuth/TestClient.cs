namespace Platform.Testing.OAuth;

/// <summary>A client under test.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Secret">Its secret; null: a public one.</param>
/// <param name="Authentication">How it proves who it is: <c>client_secret_basic</c>, <c>client_secret_post</c> or <c>none</c>.</param>
/// <param name="RedirectUri">Where its codes go; null: nowhere.</param>
public sealed record TestClient(string Id, string? Secret, string Authentication, string? RedirectUri)
{
    /// <summary>Where a client's codes go that nobody waits for there.</summary>
    public const string Callback = "https://client.example/callback";

    /// <summary>An authorization request.</summary>
    /// <param name="oauthScope">The OAuth scopes, separated by blanks.</param>
    /// <param name="pkce">The challenge; null: none.</param>
    /// <param name="more">Further parameters; one without a value takes the parameter away.</param>
    public string AuthorizeUrl(string oauthScope, Pkce? pkce, params (string Name, string? Value)[] more)
    {
        var parameters = new List<(string Name, string? Value)> { ("response_type", "code"), ("client_id", Id), ("redirect_uri", RedirectUri), ("scope", oauthScope), ("state", "the-state") };
        if (pkce is not null)
        {
            parameters.Add(("code_challenge", pkce.Challenge));
            parameters.Add(("code_challenge_method", "S256"));
        }

        foreach (var (name, value) in more)
        {
            parameters.RemoveAll(parameter => parameter.Name == name);
            parameters.Add((name, value));
        }

        return "oauth/authorize?" + string.Join('&', parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
    }
}
