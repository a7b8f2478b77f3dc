using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Http;

/// <summary>
/// How every request of administration begins: who acts, that no other site made a browser send it, its conditions, its query and its body. What
/// comes after rests on this one reading.
/// </summary>
internal sealed class AdministrationRequest
{
    private AdministrationRequest(HttpContext context, AdministrationActor actor, Parameters query, EntityTags? ifMatch, EntityTags? ifNoneMatch, byte[] body)
    {
        Context = context;
        Actor = actor;
        Query = query;
        IfMatch = ifMatch is null ? null : ifMatch.Any ? ["*"] : ifMatch.Strong;
        IfNoneMatch = ifNoneMatch;
        Body = body;
    }

    /// <summary>The request itself.</summary>
    public HttpContext Context { get; }

    /// <summary>Who acts.</summary>
    public AdministrationActor Actor { get; }

    /// <summary>The query's parameters.</summary>
    public Parameters Query { get; }

    /// <summary>The tags that a change rests on, <c>*</c> for any; null: no condition. As the core takes it.</summary>
    public IReadOnlyCollection<string>? IfMatch { get; }

    /// <summary>The tags that the client has; null: none.</summary>
    public EntityTags? IfNoneMatch { get; }

    /// <summary>The body; empty without one.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Ends when the client goes away.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>Reads it; the refusal where it cannot begin.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">How large its body may be.</param>
    public static async Task<(AdministrationRequest? Request, Problem? Refusal)> ReadAsync(HttpContext context, int maxBytes)
    {
        if (!IsSafe(context.Request.Method) && Forgery.IsForeign(context))
        {
            return (null, new Problem(HttpErrors.CrossSite));
        }

        var headers = context.Request.Headers;
        if (!EntityTags.TryParse(headers.IfMatch, out var ifMatch) || !EntityTags.TryParse(headers.IfNoneMatch, out var ifNoneMatch))
        {
            return (null, new Problem(SessionErrors.MalformedCondition, Place: "header If-Match or If-None-Match"));
        }

        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        byte[] body = [];
        if (!IsSafe(context.Request.Method))
        {
            // A form of another site has one of the media types of forms, always.
            if (!StringValues.IsNullOrEmpty(headers.ContentType) && !IsJson(headers.ContentType.ToString()))
            {
                return (null, new Problem(HttpErrors.UnsupportedMediaType, "The body is application/json, in UTF-8."));
            }

            if (await LimitedBody.ReadAsync(context, maxBytes) is not { } read)
            {
                return (null, new Problem(HttpErrors.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"The limit is {maxBytes} bytes.")));
            }

            body = read;
        }

        return (new AdministrationRequest(context, FindActor(context), query, ifMatch, ifNoneMatch, body), null);
    }

    /// <summary>Who acts: the operator whose command was dispatched within the process, or the principal.</summary>
    public static AdministrationActor FindActor(HttpContext context)
    {
        if (context.Features.Get<OperatorActor>() is { } atMachine)
        {
            return AdministrationActor.Operator(atMachine.Login);
        }

        var principal = context.GetPrincipal();
        return AdministrationActor.Of(principal.Subject, principal.LimitedTo, context.ClientAddress());
    }

    /// <summary>The body as a value, or what is wrong with it.</summary>
    public (T? Value, Problem? Refusal) ReadBody<T>()
        where T : class =>
        Body.IsEmpty ? (null, new Problem(AdministrationErrors.MalformedBody, "A JSON object is needed.", "body")) : AdministrationJson.Read<T>(Body);

    /// <summary>The page of a list that is asked for.</summary>
    public (PageRequest? Page, Problem? Refusal) ReadPage()
    {
        var limit = PageRequest.DefaultLimit;
        if (Query.Find("limit") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > PageRequest.MaxLimit))
        {
            return (null, new Problem(HttpErrors.MalformedRequest, string.Create(CultureInfo.InvariantCulture, $"limit is a number from 1 to {PageRequest.MaxLimit}."), "query parameter limit"));
        }

        return (new PageRequest(limit, Query.Find("cursor")), null);
    }

    /// <summary>A value of the route.</summary>
    public string Route(string name) => Context.Request.RouteValues[name] as string ?? "";

    /// <summary>The scope in the route, its names joined by <c>~</c>; null where it is none, which is answered as one that is not there.</summary>
    public ScopePath? RouteScope(string name = "scope") => ScopePath.TryParseSegment(Route(name), out var path) ? path : null;

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static bool IsJson(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
