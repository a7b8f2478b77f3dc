using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Platform.Api.Http.Pages.Components;

/// <summary>
/// A part of a page that is rendered once, on the server, from a model that was read before: it asks nobody for anything. Such classes are
/// public because Razor makes them so.
/// </summary>
public abstract class PageComponent : ComponentBase
{
    /// <summary>The page that it is on.</summary>
    [CascadingParameter]
    public PageFrame Frame { get; set; } = null!;

    /// <summary>An address of this application, with the session in it where the browser needs that.</summary>
    protected string To(string local) => Links.To(Frame.Context, local);

    /// <summary>An instant for people: the day and the minute, in UTC.</summary>
    protected static string At(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>A day for people.</summary>
    protected static string On(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>A number for people.</summary>
    protected static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>A whole page: what lies between the heading and the end.</summary>
/// <typeparam name="TModel">What it shows.</typeparam>
public abstract class PageComponent<TModel> : PageComponent
    where TModel : class
{
    /// <summary>What it shows.</summary>
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = null!;
}
