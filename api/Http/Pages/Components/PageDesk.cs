using Microsoft.AspNetCore.Components;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration;

namespace Platform.Api.Http.Pages.Components;

/// <summary>
/// How every page of the console and the account begins and ends: who asks, a form that is ours, the frame around the page, and the redirect
/// after what was done.
/// </summary>
internal sealed class PageDesk(ComponentPages pages, Forgery forgery)
{
    /// <summary>The beginning of a page; null: the request has been answered.</summary>
    public async Task<PageVisit?> OpenAsync(HttpContext context)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return null;
        }

        return new PageVisit(context, context.GetCaller(), new PageQuery(query.All), Parameters.None);
    }

    /// <summary>The beginning of what a form asks for; null: the request has been answered.</summary>
    public async Task<PageVisit?> ReceiveAsync(HttpContext context)
    {
        if (await OpenAsync(context) is not { } request)
        {
            return null;
        }

        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return null;
        }

        if (!await forgery.IsOwnFormAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
            return null;
        }

        return request with { Form = form };
    }

    /// <summary>Answers with a page.</summary>
    public Task WriteAsync<TPage, TModel>(PageVisit request, PageSurroundings around, TModel model)
        where TPage : PageComponent<TModel>
        where TModel : class
    {
        var context = request.Context;
        var wasSent = HttpMethods.IsPost(context.Request.Method);
        var frame = new PageFrame
        {
            Context = context,
            Title = around.Title,
            Area = around.Area,
            Navigation = around.Navigation,
            Breadcrumbs = around.Breadcrumbs,
            Tabs = around.Tabs,
            Search = around.Search,
            Sought = around.Search is null ? null : request.Query.Find("q"),
            Places = Places.For(request.Access, around.Area),
            Done = around.Done ?? PageFlash.Find(request.Query.Find(PageFlash.Parameter)),
            Refusal = request.Refusal,
            Typed = wasSent && request.Refusal is not null ? request.Form.All : null,
            Sent = wasSent ? request.Form.All : null,
            SentTo = wasSent ? context.Request.Path.Value : null,
            Antiforgery = new MarkupString(forgery.FormField(context).ToString()),
        };
        return pages.WriteAsync<TPage, TModel>(frame, request.Status, model);
    }

    /// <summary>Leads on after something was done, so that reloading does not do it again.</summary>
    public static Task DoneAsync(PageVisit request, string local, string code) =>
        Links.SeeOther(request.Context, Links.To(request.Context, PageFlash.At(local, code)));

    /// <summary>Answers that there is no such page, or that it is not for the caller.</summary>
    public static Task RefuseAsync(PageVisit request, AdministrationRefusal refusal) =>
        Problems.WriteAsync(request.Context, new ErrorCode(refusal.Code, refusal.Message, PageVisit.StatusOf(refusal.Kind)));
}

/// <summary>What surrounds a page, as its feature says.</summary>
/// <param name="Area">The part of the application.</param>
/// <param name="Title">The title and heading.</param>
/// <param name="Navigation">The navigation of that part.</param>
internal sealed record PageSurroundings(string Area, string Title, IReadOnlyList<PageLink> Navigation)
{
    /// <summary>Where the page lies.</summary>
    public IReadOnlyList<PageLink> Breadcrumbs { get; init; } = [];

    /// <summary>The pages of the same thing.</summary>
    public IReadOnlyList<PageLink> Tabs { get; init; } = [];

    /// <summary>Where the search box leads; null: there is none.</summary>
    public string? Search { get; init; }

    /// <summary>What was done, where the answer to the form is the page itself, because it shows something once.</summary>
    public string? Done { get; init; }
}
