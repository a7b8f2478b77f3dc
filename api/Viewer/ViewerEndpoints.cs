using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Resources;
using Platform.Api.Sessions;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;

namespace Platform.Api.Viewer;

/// <summary>
/// InfraViewer: a page where people browse documents and change them. It reads as whoever's session it is, or as nobody in particular, and
/// changes with the access token that the login left in the browser, by calling <c>/resources</c> as any client would.
/// </summary>
internal sealed class ViewerEndpoints(
    ViewerApi api, ViewerPages pages, ViewerToken token, AccessTokenCookie cookie, IAntiforgery antiforgery, ISessionCheck sessions, IOptions<ResourceOptions> options, TimeProvider time)
{
    /// <summary>Maps the viewer.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<ViewerEndpoints>();
        routes.MapMethods(ViewerPages.Path, ["GET", "HEAD"], endpoints.ListAsync).ForAnyone().Offering(Offers.Own).ExcludeFromDescription();
        routes.MapPost(ViewerPages.Path, endpoints.RenewAsync).ForSession().Offering(Offers.Own).ExcludeFromDescription();
        routes.MapMethods(ViewerPages.Path + "/{**path}", ["GET", "HEAD"], endpoints.ShowAsync).ForAnyone().Offering(Offers.Own).ExcludeFromDescription();
        routes.MapPost(ViewerPages.Path + "/{**path}", endpoints.ChangeAsync).ForAnyone().Offering(Offers.Own).ExcludeFromDescription();
    }

    private async Task ListAsync(HttpContext context)
    {
        if (await BeginAsync(context) is not { } begun)
        {
            return;
        }

        var (request, query) = begun;
        if (query.Find("open") is { Length: > 0 } open)
        {
            await (ResourcePath.TryParse(open, out var path)
                ? Links.SeeOther(context, Links.To(context, request.DocumentAddress(path.Value)))
                : Problems.WriteAsync(context, ResourceErrors.MalformedPath, $"Here {ResourcePath.Grammar}."));
            return;
        }

        var access = context.FindCaller()?.Live.Access ?? ScopeAccess.Anonymous(await sessions.ReadScopesAsync(context.RequestAborted), time.GetUtcNow());
        await pages.WriteListAsync(context, request, access, await ReadAsync(context, request), LoginPage.Message(query.Find("error")));
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await BeginAsync(context) is not { } begun)
        {
            return;
        }

        var (request, query) = begun;
        var current = await ReadAsync(context, request);

        // Somebody who logged in finds a form to make what is not there; nobody in particular finds a login.
        var status = current.Status == StatusCodes.Status404NotFound && context.FindCaller() is not null ? StatusCodes.Status200OK : current.Status;
        await pages.WriteDocumentAsync(context, request, status, current, null, LoginPage.Message(query.Find("error")), cookie.Find(context.Request) is not null);
    }

    /// <summary>Another access token for somebody whose session goes on.</summary>
    private async Task RenewAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (!await antiforgery.IsRequestValidAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
        }
        else if (!await token.GiveAsync(context, context.GetCaller().Id))
        {
            await Problems.WriteAsync(context, ViewerErrors.NoViewer);
        }
        else
        {
            await Links.SeeOther(context, Links.To(context, LocalReturn.TryParse(form.Find("return"), out var local) ? local : ViewerPages.Path));
        }
    }

    private async Task ChangeAsync(HttpContext context)
    {
        // Percent-encoded, each byte of the document may take three.
        LimitedBody.AllowServer(context, (3L * options.Value.MaxBytes) + (16 * 1024));
        if (await BeginAsync(context) is not { } begun)
        {
            return;
        }

        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (FindFault(form) is { } fault)
        {
            await Problems.WriteAsync(context, fault);
        }
        else if (cookie.Find(context.Request) is not { } accessToken)
        {
            await Problems.WriteAsync(context, ViewerErrors.NoAccessToken);
        }
        else if (!await antiforgery.IsRequestValidAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
        }
        else
        {
            await ChangeAsync(context, begun.Request, form, ("Authorization", $"Bearer {accessToken}"));
        }
    }

    private async Task ChangeAsync(HttpContext context, ViewerRequest request, Parameters form, (string, string) credential)
    {
        var draft = new ViewerDraft((form.Find("document") ?? "").ReplaceLineEndings("\n"), form.Find("visibility") ?? "members", form.Find("tag") ?? "");
        var deletes = form.Find("action") == "delete";
        (string, string?)[] headers =
        [
            draft.Tag.Length == 0 ? ("If-None-Match", "*") : ("If-Match", draft.Tag),
            (ResourceHeaders.Visibility, deletes ? null : draft.Visibility),
        ];
        var answer = await api.SendAsync(deletes ? HttpMethod.Delete : HttpMethod.Put, request.Target, deletes ? null : draft.Text, credential, headers, context.RequestAborted);
        if (answer.IsSuccess)
        {
            await Links.SeeOther(context, Links.To(context, deletes ? request.ListAddress : request.Address));
            return;
        }

        // What was written is not lost, whatever became of it.
        var current = await api.SendAsync(HttpMethod.Get, request.Target, null, credential, [], context.RequestAborted);
        var words = answer.Words();
        if (answer.Status == StatusCodes.Status412PreconditionFailed)
        {
            words = "Somebody else changed it meanwhile. Above is what is stored now, below what you wrote; saving again stores yours over it.";
            draft = draft with { Tag = current.IsSuccess ? current.Tag ?? "" : "" };
        }

        await pages.WriteDocumentAsync(context, request, answer.Status, current, draft, words, answer.Status != StatusCodes.Status401Unauthorized);
    }

    /// <summary>These fields become headers of the call, which hold printable ASCII.</summary>
    private static Problem? FindFault(Parameters form)
    {
        foreach (var name in (ReadOnlySpan<string>)["tag", "visibility"])
        {
            if (form.Find(name) is { } value && value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                return new Problem(HttpErrors.MalformedRequest, Place: $"form parameter {name}");
            }
        }

        return null;
    }

    /// <summary>The request, where there is a viewer; null where it has been answered with an error.</summary>
    private async Task<(ViewerRequest Request, Parameters Query)?> BeginAsync(HttpContext context)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is null && ViewerRequest.TryRead(context, query, out var request, out refusal))
        {
            if (await token.IsAvailableAsync(context.RequestAborted))
            {
                return (request, query);
            }

            refusal = new Problem(ViewerErrors.NoViewer);
        }

        await Problems.WriteAsync(context, refusal!);
        return null;
    }

    /// <summary>
    /// Reads as the session that came with the request. The access token does not count here: a link from elsewhere brings its cookie, too,
    /// and no antiforgery token.
    /// </summary>
    private Task<ViewerAnswer> ReadAsync(HttpContext context, ViewerRequest request) => api.SendAsync(
        HttpMethod.Get, request.Target, null, context.FindCaller() is { } caller ? ("X-Session-Id", caller.Id.Reveal()) : null, [], context.RequestAborted);
}
