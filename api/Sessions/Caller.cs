using Platform.Grains.Sessions;

namespace Platform.Api.Sessions;

/// <summary>How a session came with its request.</summary>
internal enum SessionArrival
{
    /// <summary>In a cookie, which browsers send whoever caused the request.</summary>
    Cookie,

    /// <summary>As <c>;jsessionid=</c> in the path.</summary>
    Url,

    /// <summary>In <c>X-Session-Id</c>.</summary>
    Header,
}

/// <summary>Who calls: the live session that came with the request. A feature of the request.</summary>
/// <param name="id">The session's id, as the client sent it.</param>
/// <param name="live">What was found for it after the request arrived.</param>
/// <param name="arrival">How it came.</param>
internal sealed class Caller(SessionId id, LiveSession live, SessionArrival arrival)
{
    /// <summary>The session's id; for links of browsers without cookies alone.</summary>
    public SessionId Id => id;

    /// <summary>The session with user, scope, roles and access.</summary>
    public LiveSession Live => live;

    /// <summary>How it came.</summary>
    public SessionArrival Arrival => arrival;

    /// <summary>The user's name as the directory spells it.</summary>
    public string UserName => live.User.Profile.UserName;

    /// <summary>The subject of audit entries.</summary>
    public string Subject => live.User.Key.ToString();
}

/// <summary>The caller of a request.</summary>
internal static class CallerContext
{
    /// <summary>The caller; null where no live session came with the request.</summary>
    public static Caller? FindCaller(this HttpContext context) => context.Features.Get<Caller>();

    /// <summary>The caller of an endpoint that is for sessions alone.</summary>
    public static Caller GetCaller(this HttpContext context) =>
        context.FindCaller() ?? throw new InvalidOperationException("This endpoint is for callers with a session, and its rule does not say so.");

    /// <summary>The client's address, for throttling and audit.</summary>
    public static string ClientAddress(this HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
}
