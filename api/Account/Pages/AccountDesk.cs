using Platform.Api.Http.Pages.Components;
using Platform.Api.OAuth.Grants;
using Platform.Api.Runs.Pages;

namespace Platform.Api.Account.Pages;

/// <summary>How every page of the account begins and ends. Everyone with a session has one.</summary>
internal sealed class AccountDesk(PageDesk desk)
{
    /// <summary>Where the account begins.</summary>
    public const string Root = "/account";

    /// <summary>The beginning of a page; null: the request has been answered.</summary>
    public Task<PageVisit?> OpenAsync(HttpContext context) => desk.OpenAsync(context);

    /// <summary>The beginning of what a form asks for; null: the request has been answered.</summary>
    public Task<PageVisit?> ReceiveAsync(HttpContext context) => desk.ReceiveAsync(context);

    /// <summary>Answers with a page of the account.</summary>
    /// <param name="visit">The request.</param>
    /// <param name="section">The address of the section that the page is in.</param>
    /// <param name="title">The title and heading.</param>
    /// <param name="model">What it shows.</param>
    public Task WriteAsync<TPage, TModel>(PageVisit visit, string section, string title, TModel model)
        where TPage : PageComponent<TModel>
        where TModel : class =>
        desk.WriteAsync<TPage, TModel>(visit, new PageSurroundings(Places.Account, title, Navigation(section)), model);

    private static PageLink[] Navigation(string section) =>
    [
        .. new[]
        {
            ("My scopes", Root),
            ("Join a scope", Root + "/join"),
            ("Invitation", Root + "/invitation"),
            ("Terms of use", Root + "/terms"),
            ("Runs", RunPages.Section),
            ("Sessions", Root + "/sessions"),
            ("Applications", GrantEndpoints.Path),
            ("Profile and password", Root + "/profile"),
        }.Select(entry => new PageLink(entry.Item1, entry.Item2, entry.Item2 == section)),
    ];
}
