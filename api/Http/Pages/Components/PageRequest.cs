using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Http.Pages.Components;

/// <summary>A request for a page, or a form of one that was sent: who, what they ask for, what they typed.</summary>
/// <param name="Context">The request.</param>
/// <param name="Caller">Who.</param>
/// <param name="Query">The query.</param>
/// <param name="Form">What was sent; <see cref="Parameters.None"/> where nothing was.</param>
internal sealed record PageRequest(HttpContext Context, Caller Caller, PageQuery Query, Parameters Form)
{
    /// <summary>Why what was sent was not done; null: it was, or nothing was sent.</summary>
    public AdministrationRefusal? Refusal { get; init; }

    /// <summary>What the caller finds and may do.</summary>
    public ScopeAccess Access => Caller.Live.Access;

    /// <summary>Who the caller is.</summary>
    public UserKey User => Caller.Live.User.Key;

    /// <summary>The caller, as one who administers.</summary>
    public AdministrationActor Actor => AdministrationActor.Of(User, null, Context.ClientAddress());

    /// <summary>Ends the wait for what is read.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>The status of the page.</summary>
    public int Status => Refusal is null ? StatusCodes.Status200OK : StatusOf(Refusal.Kind);

    /// <summary>The same, after what was sent was refused.</summary>
    public PageRequest Refused(AdministrationRefusal refusal) => this with { Refusal = refusal };

    /// <summary>A value of the route.</summary>
    public string Route(string name) => Context.Request.RouteValues[name] as string ?? "";

    /// <summary>A field that was sent, without the blanks around it; null where nothing is in it.</summary>
    public string? Sent(string name) => Form.Find(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>Whether a box was ticked.</summary>
    public bool IsTicked(string name) => Form.Find(name) is not null;

    /// <summary>The status that says what kind of refusal it is.</summary>
    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status412PreconditionFailed,
    };
}
