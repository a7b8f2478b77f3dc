using System.Globalization;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Scopes;

namespace Platform.Api.Administration.Pages.Scopes;

/// <summary>The acceptable-use policy of a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Terms">What is in force; null: none was published.</param>
/// <param name="Versions">All versions, the newest first.</param>
public sealed record TermsModel(AdministeredScope Scope, PublishedTerms? Terms, IReadOnlyList<TermsVersion> Versions);

/// <summary>The acceptable-use policies of infrastructures and VOs.</summary>
internal sealed class TermsPages(ScopeDesk desk, TermsAdministration terms)
{
    private const string One = ScopeLinks.Section + "/{scope}/terms";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<TermsPages>();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One, pages.PublishAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/{version}", pages.ShowVersionAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task PublishAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        if ((ReadDays(visit, "grace", out var grace) ?? ReadDays(visit, "renewEvery", out _)) is { } refusal)
        {
            await WriteAsync(visit.Refused(refusal));
            return;
        }

        _ = ReadDays(visit, "renewEvery", out var renew);

        // An untouched text is no new version: nobody has to sign the same again.
        var present = await terms.FindAsync(visit.Actor, visit.Path, visit.Aborted);
        var text = visit.Visit.Sent("text")?.ReplaceLineEndings("\n");
        var isSame = text is not null && text == present.Value?.Current.Text?.ReplaceLineEndings("\n").Trim();
        var publication = new TermsPublication(isSame ? null : text ?? "", grace ?? TimeSpan.Zero, renew, visit.Visit.IsTicked("required"));
        var result = await terms.PublishAsync(visit.Actor, visit.Path, publication, visit.Visit.IfMatch, visit.Aborted);
        await (result.IsDone ? visit.DoneAsync("terms", isSame ? "saved" : "published") : WriteAsync(visit.Refused(result.Refusal)));
    }

    private async Task ShowVersionAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        _ = int.TryParse(visit.Visit.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var version = await terms.FindVersionAsync(visit.Actor, visit.Path, number, visit.Aborted);
        await (version.IsDone
            ? desk.WriteAsync<TermsVersionPage, TermsVersion>(
                visit, null, string.Create(CultureInfo.InvariantCulture, $"Terms of use of {visit.Scope.Scope.DisplayName}, version {number}"), version.Value)
            : PageDesk.RefuseAsync(visit.Visit, version.Refusal));
    }

    private async Task WriteAsync(ScopeVisit visit)
    {
        var present = await terms.FindAsync(visit.Actor, visit.Path, visit.Aborted);
        var versions = present.IsDone ? (await terms.ListVersionsAsync(visit.Actor, visit.Path, visit.Aborted)).Value : null;
        await desk.WriteAsync<TermsPage, TermsModel>(
            visit, "terms", $"Terms of use of {visit.Scope.Scope.DisplayName}", new TermsModel(visit.Scope, present.Value, versions ?? []));
    }

    private static AdministrationRefusal? ReadDays(ScopeVisit visit, string name, out TimeSpan? span)
    {
        span = null;
        if (visit.Visit.Sent(name) is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days > 3650)
        {
            return AdministrationRefusal.Invalid(name, "Give a number of days, at most 3650.");
        }

        span = TimeSpan.FromDays(days);
        return null;
    }
}
