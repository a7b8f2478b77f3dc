namespace Platform.Api.OAuth.Authorize;

/// <summary>
/// An authorization request while its user is at one of our pages, together with what happened there. Only the platform can write one,
/// so that nobody gets around a step by editing an address or a form.
/// </summary>
internal sealed record KeptRequest
{
    /// <summary>Its parameters, form-encoded.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>The <c>request_uri</c> that it came by; null: it was not pushed.</summary>
    public string? PushedUri { get; init; }

    /// <summary>The DPoP key that a pushed request was bound to; null: none.</summary>
    public string? DpopThumbprint { get; init; }

    /// <summary>The client's name, for the pages.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>Where the answer will go, for the pages' policies.</summary>
    public string RedirectUri { get; init; } = "";

    /// <summary>Who the client expects to log in, for the form (<c>login_hint</c>); null: nobody.</summary>
    public string? LoginHint { get; init; }

    /// <summary>When it was first kept (UTC).</summary>
    public DateTimeOffset KeptAt { get; init; }

    /// <summary>When the user was sent to log in (UTC); null: not.</summary>
    public DateTimeOffset? LoginDemandedAt { get; init; }

    /// <summary>The public name of the session that was not enough then; null: there was none.</summary>
    public string? LoginDemandedIn { get; init; }

    /// <summary>The public name of the session that the user chose to go on with; null: not asked.</summary>
    public string? AccountChosenIn { get; init; }

    /// <summary>The context that the consent page named; empty: none; null: the page was not shown.</summary>
    public string? ShownContext { get; init; }
}
