using System.Collections.Immutable;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Requests;
using Platform.Api.OAuth.Tokens;
using Platform.Api.Sessions;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Authorize;

/// <summary>An authorization request on its way through the steps: what came, and what each step made of it.</summary>
/// <param name="context">The HTTP request that brings it.</param>
internal sealed class AuthorizeRequest(HttpContext context)
{
    /// <summary>The HTTP request that brings it.</summary>
    public HttpContext Http => context;

    /// <summary>Its parameters, those of a pushed request where it names one.</summary>
    public Parameters Parameters { get; set; } = Parameters.None;

    /// <summary>What comes back from one of our own pages; null: it comes from a client.</summary>
    public KeptRequest? Kept { get; set; }

    /// <summary>What the user said on the consent page; null: nothing yet.</summary>
    public ConsentDecision? Decision { get; set; }

    /// <summary>The <c>request_uri</c> of the pushed request that it is; null: it was not pushed.</summary>
    public string? PushedUri { get; set; }

    /// <summary>Who asks.</summary>
    public ClientSnapshot Client { get; set; } = null!;

    /// <summary>Where the answer goes; null until it is known to be one of the client's, and until then no answer goes anywhere.</summary>
    public string? RedirectUri { get; set; }

    /// <summary>Whether the request named the redirect URI.</summary>
    public bool RedirectUriGiven { get; set; }

    /// <summary>How the answer goes there.</summary>
    public ResponseMode ResponseMode { get; set; }

    /// <summary>The client's <c>state</c>, given back unchanged.</summary>
    public string? State { get; set; }

    /// <summary>The S256 challenge; null where a nonce does instead.</summary>
    public string? Challenge { get; set; }

    /// <summary>The thumbprint of the key that code and tokens will be bound to; null: none.</summary>
    public string? DpopThumbprint { get; set; }

    /// <summary>What is asked for.</summary>
    public RequestedAccess Access { get; set; } = null!;

    /// <summary>The OAuth scopes that count of it, ordered as asked for.</summary>
    public ImmutableArray<string> OAuthScopes { get; set; } = [];

    /// <summary>What the user is asked about: the OAuth scopes, and those that claims asked for by name are of.</summary>
    public ImmutableArray<string> AskedScopes =>
        [.. OAuthScopes.Union(UserClaims.OAuthScopesFor(Client.Definition, ClaimsRequest.TryParse(Wishes.Claims) ?? ClaimsRequest.None), StringComparer.Ordinal)];

    /// <summary>How the user has to be authenticated.</summary>
    public AuthenticationWishes Wishes { get; set; } = AuthenticationWishes.None;

    /// <summary>The user's session.</summary>
    public Caller Caller { get; set; } = null!;

    /// <summary>Whether the user logged in for this very request.</summary>
    public bool LoggedInForThis { get; set; }

    /// <summary>The context that the tokens will be for; null: none.</summary>
    public ScopeSnapshot? Context { get; set; }

    /// <summary>What the user gave the client; null: nothing.</summary>
    public GrantSnapshot? Grant { get; set; }

    /// <summary>Whether the user may be shown pages.</summary>
    public bool IsSilent => Wishes.Prompts.Contains(Prompt.None);
}

/// <summary>How the answer goes to the client.</summary>
internal enum ResponseMode
{
    /// <summary>In the query of the redirect URI.</summary>
    Query,

    /// <summary>As a form that the browser posts there.</summary>
    FormPost,
}

/// <summary>What the user said on the consent page.</summary>
internal enum ConsentDecision
{
    Deny,
    Allow,
}

/// <summary>The values of <c>prompt</c> (OpenID Connect Core §3.1.2.1).</summary>
internal static class Prompt
{
    public const string None = "none";
    public const string Login = "login";
    public const string Consent = "consent";
    public const string SelectAccount = "select_account";
}

/// <summary>How the client wants its user to be authenticated.</summary>
/// <param name="Prompts">The values of <c>prompt</c>.</param>
/// <param name="MaxAge">How long ago the login may be; null: any.</param>
/// <param name="MaxAgeGiven">Whether the request itself says so.</param>
/// <param name="IdTokenHint">The ID token of the user that is expected; null: none.</param>
/// <param name="Subject">The subject that is expected (<c>claims</c>); null: any.</param>
/// <param name="Claims">The <c>claims</c> parameter; null: none.</param>
internal sealed record AuthenticationWishes(
    ImmutableArray<string> Prompts, TimeSpan? MaxAge, bool MaxAgeGiven, string? IdTokenHint, string? Subject, string? Claims)
{
    /// <summary>None.</summary>
    public static AuthenticationWishes None { get; } = new([], null, false, null, null, null);
}

/// <summary>Where a request goes that leaves the steps.</summary>
internal abstract record AuthorizeOutcome
{
    private AuthorizeOutcome()
    {
    }

    /// <summary>To the client with an error, or to an error page while it is not known where the client is.</summary>
    internal sealed record Refused(OAuthError Error) : AuthorizeOutcome;

    /// <summary>To the login.</summary>
    internal sealed record LogIn : AuthorizeOutcome;

    /// <summary>To the choice between the account that is logged in and another one.</summary>
    /// <param name="OnlyAnother">The client expects another one.</param>
    internal sealed record ChooseAccount(bool OnlyAnother) : AuthorizeOutcome;

    /// <summary>To the consent page.</summary>
    internal sealed record AskConsent : AuthorizeOutcome;

    /// <summary>Here again with GET, since a form of another site comes without the session's cookie.</summary>
    internal sealed record Again : AuthorizeOutcome;

    /// <summary>To the client with a code.</summary>
    internal sealed record Issued(string Code) : AuthorizeOutcome
    {
        /// <summary>Without the code.</summary>
        public override string ToString() => "a code";
    }

    /// <summary>To the client with an error, or to an error page.</summary>
    public static AuthorizeOutcome Fail(OAuthError error) => new Refused(error);
}

/// <summary>One concern of an authorization request.</summary>
internal interface IAuthorizeStep
{
    /// <summary>Takes the step.</summary>
    /// <returns>Where the request goes instead of to the next step; null: to the next step.</returns>
    ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken);
}
