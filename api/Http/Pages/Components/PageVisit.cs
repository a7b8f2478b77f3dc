using System.Collections.Immutable;
using System.Globalization;
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
internal sealed record PageVisit(HttpContext Context, Caller Caller, PageQuery Query, Parameters Form)
{
    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

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
    public PageVisit Refused(AdministrationRefusal refusal) => this with { Refusal = refusal };

    /// <summary>A value of the route.</summary>
    public string Route(string name) => Context.Request.RouteValues[name] as string ?? "";

    /// <summary>A field that was sent, without the blanks around it; null where nothing is in it.</summary>
    public string? Sent(string name) => Form.Find(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>The tags that what was sent rests on; null: on none.</summary>
    public IReadOnlyCollection<string>? IfMatch => Sent("tag") is { } tag ? [tag] : null;

    /// <summary>Which thing of several on the page what was sent is about.</summary>
    public string Subject => Sent("of") ?? "";

    /// <summary>Which part of a list is asked for.</summary>
    public PageRequest Part => new(PageRequest.DefaultLimit, Query.Find("cursor"));

    /// <summary>Reads an instant that was typed, in UTC.</summary>
    /// <param name="name">The field.</param>
    /// <param name="instant">The instant; null where nothing was typed.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public AdministrationRefusal? Read(string name, out DateTimeOffset? instant)
    {
        instant = null;
        if (Sent(name) is not { } text)
        {
            return null;
        }

        if (!DateTime.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            return AdministrationRefusal.Invalid(name, "Give a day and a time, as in 2027-03-31 12:00.");
        }

        instant = new DateTimeOffset(read, TimeSpan.Zero);
        return null;
    }

    /// <summary>Reads a number that was typed, from 0 to a thousand million.</summary>
    /// <param name="name">The field.</param>
    /// <param name="number">The number; null where nothing was typed.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public AdministrationRefusal? ReadNumber(string name, out double? number)
    {
        number = null;
        if (Sent(name) is not { } text)
        {
            return null;
        }

        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var read) || !(read is >= 0 and <= 1_000_000_000))
        {
            return AdministrationRefusal.Invalid(name, "Give a number.");
        }

        number = read;
        return null;
    }

    /// <summary>Reads one of the values of an enumeration.</summary>
    public AdministrationRefusal? Read<T>(string name, out T value)
        where T : struct, Enum =>
        Enum.TryParse(Sent(name), out value) && Enum.IsDefined(value) ? null : AdministrationRefusal.Invalid(name, "Choose one of what is offered.");

    /// <summary>The roles whose boxes were ticked.</summary>
    public ImmutableArray<string> Roles => [.. Grains.Scopes.Roles.All.Values.Where(role => IsTicked("role-" + role)).Order(StringComparer.Ordinal)];

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
