using System.Globalization;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;

namespace Platform.Api.Account.Pages;

/// <summary>The policies that a user signed, or should sign.</summary>
/// <param name="All">The policies.</param>
public sealed record OwnTermsModel(IReadOnlyList<OwnTerms> All);

/// <summary>A policy to read and sign.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Terms">The policy.</param>
/// <param name="Own">What the user signed; null: they belong to nothing that asks for it.</param>
/// <param name="For">The scope that they want to enter; null: none.</param>
public sealed record SignModel(ScopeSnapshot? Scope, PublishedTerms Terms, OwnTerms? Own, ScopePath? For);

/// <summary>Acceptable-use policies, as users sign them.</summary>
internal sealed class TermsPages(AccountDesk desk, Admissions admissions, TermsAdministration terms)
{
    private const string Section = AccountDesk.Root + "/terms";
    private const string One = Section + "/{scope}";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<TermsPages>();
        routes.MapGet(Section, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One, pages.SignAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    /// <summary>The page on which a policy is signed.</summary>
    /// <param name="scope">Whose policy.</param>
    /// <param name="entering">The scope that is entered after that; null: none.</param>
    public static string LinkTo(ScopePath scope, ScopePath? entering) =>
        $"{Section}/{scope.ToSegment()}{(entering is { } path ? "?for=" + path.ToSegment() : "")}";

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        var list = await admissions.ListTermsAsync(visit.Actor, visit.Aborted);
        await (list.IsDone
            ? desk.WriteAsync<OwnTermsPage, OwnTermsModel>(visit, Section, "Terms of use", new OwnTermsModel(list.Value))
            : PageDesk.RefuseAsync(visit, list.Refusal));
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task SignAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        if (!ScopePath.TryParseSegment(visit.Route("scope"), out var scope))
        {
            await PageDesk.RefuseAsync(visit, AdministrationRefusal.NoSuchScope);
            return;
        }

        var refusal = visit.IsTicked("agree")
            ? int.TryParse(visit.Sent("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? (await admissions.SignAsync(visit.Actor, scope, version, visit.Aborted)).Refusal
                : AdministrationRefusal.Stale
            : AdministrationRefusal.Invalid("agree", "Tick the box to sign.");
        if (refusal is not null)
        {
            await WriteAsync(visit.Refused(refusal));
            return;
        }

        if (!ScopePath.TryParseSegment(visit.Sent("for"), out var entering))
        {
            await PageDesk.DoneAsync(visit, Section, "signed");
            return;
        }

        // One policy may be followed by another, of a scope further below.
        var due = visit.Access.TermsDueFor(entering).Select(one => one.Path).FirstOrDefault(one => one != scope);
        await PageDesk.DoneAsync(visit, due.Value is null ? $"{AccountDesk.Root}?enter={entering.ToSegment()}" : LinkTo(due, entering), "signed");
    }

    private async Task WriteAsync(PageVisit visit)
    {
        if (!ScopePath.TryParseSegment(visit.Route("scope"), out var scope))
        {
            await PageDesk.RefuseAsync(visit, AdministrationRefusal.NoSuchScope);
            return;
        }

        var found = await terms.FindAsync(visit.Actor, scope, visit.Aborted);
        if (!found.IsDone)
        {
            await PageDesk.RefuseAsync(visit, found.Refusal);
            return;
        }

        var own = (await admissions.ListTermsAsync(visit.Actor, visit.Aborted)).Value?.FirstOrDefault(one => one.Scope.Path == scope);
        ScopePath? entering = ScopePath.TryParseSegment(visit.Sent("for") ?? visit.Query.Find("for"), out var path) ? path : null;
        var snapshot = visit.Access.Scopes.Find(scope);
        await desk.WriteAsync<SignPage, SignModel>(
            visit, Section, $"Terms of use of {snapshot?.DisplayName ?? scope.Name}", new SignModel(snapshot, found.Value, own, entering));
    }
}
