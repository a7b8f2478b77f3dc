using Platform.Api.Sessions;

namespace Platform.Api.Http.Pages;

/// <summary>
/// Writes the addresses that pages and redirects lead to. They are paths, so they lead into this application only; for a browser
/// whose session came by URL each carries <c>;jsessionid=</c> after the path, before <c>?</c> and <c>#</c>.
/// </summary>
internal static class Links
{
    /// <summary>An address of this application.</summary>
    /// <param name="context">The request that the answer is to.</param>
    /// <param name="local">A path, with or without query and fragment.</param>
    public static string To(HttpContext context, string local) =>
        context.FindCaller() is { Arrival: SessionArrival.Url } caller ? WithSession(local, caller.Id) : local;

    /// <summary>An address with a session id in it.</summary>
    public static string WithSession(string local, Grains.Sessions.SessionId id)
    {
        var end = local.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? $"{local};jsessionid={id.Reveal()}" : $"{local[..end]};jsessionid={id.Reveal()}{local[end..]}";
    }

    /// <summary>Sends the client elsewhere with GET. By hand: the framework's own redirect logs where to.</summary>
    public static Task SeeOther(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = location;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
