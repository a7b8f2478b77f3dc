using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Runs;
using Platform.Grains.Administration.Scopes;

namespace Platform.Api.Administration.Pages.Runs;

/// <summary>What a scope says of its runs.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Settings">What it says.</param>
public sealed record ScopeRunsModel(AdministeredScope Scope, RunSettings Settings);

/// <summary>What may run in scopes.</summary>
internal sealed class ScopeRunPages(ScopeDesk desk, RunSettingsAdministration settings)
{
    private const string Page = "runs";
    private const string One = ScopeLinks.Section + "/{scope}/" + Page;
    private const double BytesOfMebibyte = 1024 * 1024;

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<ScopeRunPages>();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One, pages.ChangeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task ChangeAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        double? memory = null, cpus = null, minutes = null;
        var form = visit.Visit;
        var refusal = form.ReadNumber("running", out double? running) ?? form.ReadNumber("memory", out memory) ?? form.ReadNumber("cpus", out cpus) ?? form.ReadNumber("minutes", out minutes);
        if (refusal is null && running is { } count && (count != Math.Floor(count) || count > int.MaxValue))
        {
            refusal = AdministrationRefusal.Invalid("running", "Give a whole number.");
        }

        if (refusal is not null)
        {
            await WriteAsync(visit.Refused(refusal));
            return;
        }

        var change = new RunSettingsChange
        {
            Images = new((form.Sent("images") ?? "").ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            ForMembers = new(form.Sent("members") switch { "yes" => true, "no" => false, _ => null }),
            Running = new((int?)running),
            MemoryBytes = new((long?)(memory * BytesOfMebibyte)),
            Cpus = new(cpus),
            Time = new(minutes is { } given ? TimeSpan.FromMinutes(given) : null),
        };
        var result = await settings.ChangeAsync(visit.Actor, visit.Path, change, form.IfMatch, visit.Aborted);
        await (result.IsDone ? visit.DoneAsync(Page, "saved") : WriteAsync(visit.Refused(result.Refusal with { Field = FieldOf(result.Refusal.Field) })));
    }

    private async Task WriteAsync(ScopeVisit visit)
    {
        var present = await settings.FindAsync(visit.Actor, visit.Path, visit.Aborted);
        await (present.IsDone
            ? desk.WriteAsync<ScopeRunsPage, ScopeRunsModel>(visit, Page, $"Runs in {visit.Scope.Scope.DisplayName}", new ScopeRunsModel(visit.Scope, present.Value))
            : PageDesk.RefuseAsync(visit.Visit, present.Refusal));
    }

    private static string? FieldOf(string? field) => field switch { "memoryBytes" => "memory", "timeSeconds" => "minutes", _ => field };
}
