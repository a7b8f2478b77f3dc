using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Api.Policies;
using Platform.Api.Policies.Decisions;
using Platform.Api.Policies.Files;
using Platform.Api.Policies.Sets;
using Platform.Api.Policies.Subjects;
using Platform.Api.Scopes.Import;
using Platform.Grains.Administration;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Scopes;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Api.Administration.Pages.Policies;

/// <summary>The policy sets that the caller manages.</summary>
/// <param name="Sets">The sets.</param>
/// <param name="MayMake">Whether the caller may make one for a service that has none.</param>
public sealed record PolicySetsModel(IReadOnlyList<PolicySetSnapshot> Sets, bool MayMake);

/// <summary>What is decided about a request, in words.</summary>
/// <param name="About">What was asked.</param>
/// <param name="Now">What is decided now, and why.</param>
/// <param name="Then">What would be decided by what was typed, and why; null: that was not asked.</param>
/// <param name="WouldHelp">What would let it through.</param>
public sealed record PolicyAnswer(string About, PolicyVerdict Now, PolicyVerdict? Then, IReadOnlyList<string> WouldHelp);

/// <summary>One decision.</summary>
/// <param name="IsAllowed">Whether it is let through.</param>
/// <param name="Why">By which rule.</param>
public sealed record PolicyVerdict(bool IsAllowed, string Why);

/// <summary>The policy set of a service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Text">The set, as it can be edited.</param>
/// <param name="Tag">The entity tag of what is in force; null: there is no set.</param>
/// <param name="Revisions">The history, the newest first.</param>
/// <param name="Faults">What is wrong with what was typed, by its lines.</param>
/// <param name="Warnings">What has no effect, or not the one that it seems to have.</param>
/// <param name="Checked">Whether what was typed was looked at and can be stored.</param>
/// <param name="Answer">What was asked for in the explain box; null: nothing.</param>
public sealed record PolicySetModel(
    ServiceName Service,
    string Text,
    string? Tag,
    IReadOnlyList<PolicyRevision> Revisions,
    IReadOnlyList<string> Faults,
    IReadOnlyList<string> Warnings,
    bool Checked,
    PolicyAnswer? Answer);

/// <summary>Policy sets: listed, edited with what is wrong by its lines, tried, explained, rolled back, removed.</summary>
internal sealed class PolicyPages(
    ConsoleDesk desk, IPolicyCheck check, IPlatformGrains grains, PolicyStore store, PolicyDecider decider, PolicyGroups groups)
{
    private const string Section = ConsoleDesk.Root + "/policies";
    private const string One = Section + "/{service}";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<PolicyPages>();
        routes.MapGet(Section, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(Scopes.ScopeLinks.Section + "/{scope}/policies", pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section, OpenOneAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One, pages.EditAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/rollback", pages.RollBackAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/remove", pages.ShowRemoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/remove", pages.RemoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();

        async Task OpenOneAsync(HttpContext context) => await pages.GoAsync(context);
    }

    private static AdministrationRefusal NotAllowed { get; } = new(RefusalKind.Forbidden, PolicyErrors.NotAPolicyManager.Code, PolicyErrors.NotAPolicyManager.Title);

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteListAsync(visit);
        }
    }

    private async Task WriteListAsync(PageVisit visit)
    {
        var principal = Principal.Of(visit.Caller);
        ScopePath? within = ScopePath.TryParseSegment(visit.Route("scope"), out var scope) ? scope : null;
        var sets = new List<PolicySetSnapshot>();
        foreach (var entry in await check.ListServicesAsync(visit.Aborted))
        {
            var facts = await check.ReadAsync(PolicyQuestion.OfService(entry.Service), visit.Aborted);
            if (facts.Set is { } set && PolicyRights.Manages(principal, set.Compiled.Set) && (within is null || set.Compiled.Set.Scope == within.Value.Value))
            {
                sets.Add(set);
            }
        }

        await desk.WriteAsync<PolicySetsPage, PolicySetsModel>(
            visit,
            Section,
            within is null ? "Policies" : $"Policies of {visit.Access.Scopes.Find(within.Value)?.DisplayName ?? within.Value.Name}",
            new PolicySetsModel(sets, PolicyRights.ManagesAll(principal)));
    }

    private async Task GoAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        await (ServiceName.TryParse(visit.Sent("service"), out var service)
            ? Links.SeeOther(context, Links.To(context, $"{Section}/{service}"))
            : WriteListAsync(visit.Refused(AdministrationRefusal.Invalid("service", $"Here {ServiceName.Grammar}."))));
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit && await FindAsync(visit) is var (service, set))
        {
            await WriteAsync(visit, service, set, null, null, false, null);
        }
    }

    private async Task EditAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit || await FindAsync(visit) is not var (service, seen))
        {
            return;
        }

        var file = PolicyFile.Read(Encoding.UTF8.GetBytes(visit.Form.Find("set") ?? ""), null, service, groups);
        switch (visit.Sent("act"))
        {
            case "explain":
                await ExplainAsync(visit, service, seen, null);
                break;
            case "try" when file.Errors.Count == 0:
                await ExplainAsync(visit, service, seen, file);
                break;
            case "store" when file.Errors.Count == 0:
                await StoreAsync(visit, service, seen, file, visit.Sent("comment"));
                break;
            default:
                var refused = file.Errors.Count == 0 ? visit : visit.Refused(AdministrationRefusal.Invalid("set", file.Errors[0].ToString()));
                await WriteAsync(refused, service, seen, file, null, file.Errors.Count == 0, visit.Form.Find("set"));
                break;
        }
    }

    private async Task RollBackAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit || await FindAsync(visit) is not var (service, seen))
        {
            return;
        }

        if (!long.TryParse(visit.Subject, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || await grains.PolicySet(service).FindRevisionAsync(number) is not { Document: { } document })
        {
            await WriteAsync(visit.Refused(Of(PolicyErrors.NoSuchRevision, RefusalKind.NotFound)), service, seen, null, null, false, null);
            return;
        }

        // What was valid once need not be so now: a group that it names may be gone.
        var file = PolicyFile.Read(Encoding.UTF8.GetBytes(document), ScopeFileFormat.Json, service, groups);
        await (file.Errors.Count > 0
            ? WriteAsync(visit.Refused(AdministrationRefusal.Invalid("set", file.Errors[0].ToString())), service, seen, file, null, false, null)
            : StoreAsync(visit, service, seen, file, PolicyAuthor.RolledBack(number, null)));
    }

    private async Task ShowRemoveAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit && await FindAsync(visit) is var (service, set))
        {
            await WriteRemoveAsync(visit, service, set);
        }
    }

    private async Task RemoveAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit || await FindAsync(visit) is not var (service, seen))
        {
            return;
        }

        var author = Author(visit, visit.Sent("comment"));
        if (seen is null || !PolicyRights.MayChange(Principal.Of(visit.Caller), seen.Compiled.Set, null))
        {
            await store.RecordRefusalAsync(service, PolicyErrors.BeyondScope.Code, author);
            await WriteRemoveAsync(visit.Refused(Of(PolicyErrors.BeyondScope, RefusalKind.Forbidden)), service, seen);
            return;
        }

        var result = await store.RemoveAsync(service, ChangeCondition.Is(visit.Sent("tag") ?? seen.Tag), author);
        await (result.Outcome == PolicyChangeOutcome.Removed
            ? PageDesk.DoneAsync(visit, Section, "removed")
            : WriteRemoveAsync(visit.Refused(AdministrationRefusal.Stale), service, seen));
    }

    private async Task StoreAsync(PageVisit visit, ServiceName service, PolicySetSnapshot? seen, PolicyFile file, string? comment)
    {
        var author = Author(visit, comment);
        if (!PolicyRights.MayChange(Principal.Of(visit.Caller), seen?.Compiled.Set, file.Set))
        {
            await store.RecordRefusalAsync(service, PolicyErrors.BeyondScope.Code, author);
            await WriteAsync(visit.Refused(Of(PolicyErrors.BeyondScope, RefusalKind.Forbidden)), service, seen, file, null, false, visit.Form.Find("set"));
            return;
        }

        var condition = visit.Sent("tag") is { } tag ? ChangeCondition.Is(tag) : ChangeCondition.Absent;
        var result = await store.ReplaceAsync(service, file.Set, condition, author);
        var refusal = result.Outcome switch
        {
            PolicyChangeOutcome.Created or PolicyChangeOutcome.Replaced => null,
            PolicyChangeOutcome.HostTaken => AdministrationRefusal.Conflict(
                PolicyErrors.HostTaken.Code, $"'{result.TakenHost}' belongs to the service '{result.TakenBy}'."),
            _ => AdministrationRefusal.Stale,
        };
        await (refusal is null
            ? PageDesk.DoneAsync(visit, $"{Section}/{service}", visit.Sent("act") == "store" ? "saved" : "rolled-back")
            : WriteAsync(visit.Refused(refusal), service, seen, file, null, false, visit.Form.Find("set")));
    }

    private async Task ExplainAsync(PageVisit visit, ServiceName service, PolicySetSnapshot? seen, PolicyFile? file)
    {
        var typed = visit.Form.Find("set");
        var method = visit.Sent("method") ?? "GET";
        IPAddress? address = null;
        RequestUrl? url = null;
        string? fault = null;
        var refusal = !AskedRequest.IsMethod(method) ? AdministrationRefusal.Invalid("method", $"'{method}' is no method.")
            : visit.Sent("address") is { } text && !IPAddress.TryParse(text, out address) ? AdministrationRefusal.Invalid("address", "This is no address.")
            : visit.Sent("url") is not { } given || !RequestUrl.TryNormalise(given, out url, out fault)
                ? AdministrationRefusal.Invalid("url", fault is null ? "Give a whole URL." : $"The URL is refused, whoever asks: {fault}.")
            : null;
        if (refusal is not null)
        {
            await WriteAsync(visit.Refused(refusal), service, seen, file, null, false, typed);
            return;
        }

        var user = visit.Sent("user");
        var who = user is null ? SupposedSubject.Nobody : SupposedSubject.Nobody with { User = user };
        var considered = await decider.ConsiderAsync(PolicyQuestion.OfService(service, url!), who, visit.Aborted);
        if (considered.Facts.Documents is null)
        {
            // The set in force may ask no documents where the one that is tried does.
            var documents = (await check.ReadAsync(PolicyQuestion.OfDocuments(url!), visit.Aborted)).Documents;
            considered = considered with { Facts = considered.Facts with { Documents = documents } };
        }

        var now = decider.Explain(considered, considered.Facts.Set?.Compiled, method, url!, address, null);
        var then = file is null ? null : decider.Explain(considered, CompiledPolicySet.Compile(file.Set), method, url!, address, null);
        var answer = new PolicyAnswer(
            $"{method} {url!.Text} by {user ?? "nobody"}",
            Verdict(considered, now),
            file is null ? null : Verdict(considered, then),
            (then ?? now) is { } explanation ? [.. DecisionWords.WhatWouldHelp(explanation)] : []);
        await WriteAsync(visit, service, seen, file, answer, false, typed);
    }

    private static PolicyVerdict Verdict(Considered considered, PolicyExplanation? explanation) => explanation is null
        ? new PolicyVerdict(false, considered.Subject is null ? DecisionWords.NoSubject : DecisionWords.NoSet)
        : new PolicyVerdict(explanation.Decision.IsAllowed, DecisionWords.WhyForAdministrators(explanation.Decision));

    /// <summary>The service in the route, and its set, where the caller manages it; null: the request has been answered.</summary>
    private async Task<(ServiceName Service, PolicySetSnapshot? Set)?> FindAsync(PageVisit visit)
    {
        if (!ServiceName.TryParse(visit.Route("service"), out var service))
        {
            await PageDesk.RefuseAsync(visit, Of(PolicyErrors.NoSuchSet, RefusalKind.NotFound));
            return null;
        }

        var facts = await check.ReadAsync(PolicyQuestion.OfService(service), visit.Aborted);
        if (PolicyRights.Manages(Principal.Of(visit.Caller), facts.Set?.Compiled.Set))
        {
            return (service, facts.Set);
        }

        await PageDesk.RefuseAsync(visit, NotAllowed);
        return null;
    }

    private Task WriteRemoveAsync(PageVisit visit, ServiceName service, PolicySetSnapshot? set) => set is null
        ? PageDesk.RefuseAsync(visit, Of(PolicyErrors.NoSuchSet, RefusalKind.NotFound))
        : desk.WriteAsync<PolicySetRemovePage, PolicySetSnapshot>(visit, Section, $"Remove the policies of {service}", set, [new PageLink("Policies", Section)]);

    private async Task WriteAsync(
        PageVisit visit, ServiceName service, PolicySetSnapshot? set, PolicyFile? file, PolicyAnswer? answer, bool isChecked, string? typed)
    {
        var revisions = await grains.PolicySet(service).ListRevisionsAsync();
        await desk.WriteAsync<PolicySetPage, PolicySetModel>(
            visit,
            Section,
            $"Policies of {service}",
            new PolicySetModel(
                service,
                typed ?? (set is null ? "" : Readable(PolicyJson.Write(set.Compiled.Set))),
                set?.Tag,
                revisions,
                [.. (file?.Errors ?? []).Select(fault => fault.ToString())],
                [.. (file?.Warnings ?? []).Select(warning => warning.ToString())],
                isChecked,
                answer),
            [new PageLink("Policies", Section)]);
    }

    private static string Readable(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Indented);
    }

    private static PolicyAuthor Author(PageVisit visit, string? comment) =>
        new(visit.User.ToString(), visit.Actor.Address, null, comment);

    private static AdministrationRefusal Of(ErrorCode error, RefusalKind kind) => new(kind, error.Code, error.Title);
}
