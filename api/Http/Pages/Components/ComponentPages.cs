using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Platform.Api.Http.Wire;

namespace Platform.Api.Http.Pages.Components;

/// <summary>
/// Answers with pages made of Razor components. They are rendered once and whole before the first byte leaves, so that a failure still becomes
/// an error; they take a model and ask nobody for anything. Their one script is ours, and every page works without it.
/// </summary>
internal sealed class ComponentPages(IServiceProvider services, ILoggerFactory loggers)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    /// <summary>Answers with a page.</summary>
    /// <param name="frame">What surrounds it.</param>
    /// <param name="status">The status.</param>
    /// <param name="model">What it shows.</param>
    /// <typeparam name="TPage">The page.</typeparam>
    /// <typeparam name="TModel">What it shows.</typeparam>
    public async Task WriteAsync<TPage, TModel>(PageFrame frame, int status, TModel model)
        where TPage : PageComponent<TModel>
        where TModel : class
    {
        var headers = frame.Context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";
        await using var renderer = new HtmlRenderer(services, loggers);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(PageDocument.Frame)] = frame,
            [nameof(PageDocument.ChildContent)] = Content<TPage, TModel>(model),
        });
        var markup = await renderer.Dispatcher.InvokeAsync(
            async () => (await renderer.RenderComponentAsync<PageDocument>(parameters)).ToHtmlString());
        await Answer.WriteTextAsync(frame.Context, status, "text/html; charset=utf-8", markup);
    }

    private static RenderFragment Content<TPage, TModel>(TModel model)
        where TPage : PageComponent<TModel>
        where TModel : class => builder =>
    {
        builder.OpenComponent<TPage>(0);
        builder.AddComponentParameter(1, nameof(PageComponent<>.Model), model);
        builder.CloseComponent();
    };
}
