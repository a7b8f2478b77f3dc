using System.Collections.Immutable;
using System.Globalization;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Clients;
using Platform.Grains.Administration.Lists;
using Platform.Grains.OAuth;

namespace Platform.Api.Administration.Pages.Clients;

/// <summary>OAuth clients.</summary>
/// <param name="Clients">A part of them.</param>
/// <param name="Query">What the list is filtered by.</param>
public sealed record ClientsModel(Page<ClientSnapshot> Clients, PageQuery Query);

/// <summary>One OAuth client.</summary>
/// <param name="Client">The client.</param>
/// <param name="Secret">Its new secret, shown this once; null: none was made.</param>
public sealed record ClientModel(AdministeredClient Client, string? Secret)
{
    /// <summary>Its id.</summary>
    public string Id => Client.Client.Id.Value;

    /// <summary>What it is.</summary>
    public ClientDefinition Definition => Client.Client.Definition;
}

/// <summary>OAuth clients: found, made, changed, suspended, removed.</summary>
internal sealed class ClientPages(ConsoleDesk desk, ClientAdministration clients)
{
    private const string Section = ConsoleDesk.Root + "/clients";
    private const string New = Section + "/new";
    private const string One = ConsoleDesk.Root + "/client";

    /// <summary>Maps them. Which client is meant stands in the query or the form: ids may be URLs.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<ClientPages>();
        routes.MapGet(Section, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(New, pages.ShowNewAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(New, pages.CreateAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/edit", pages.EditAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/rotate", pages.RotateAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/suspend", pages.SuspendAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/resume", pages.ResumeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/remove", pages.ShowRemoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/remove", pages.RemoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    /// <summary>The address of a client's page.</summary>
    public static string LinkTo(string id, string page = "") => $"{One}{(page.Length == 0 ? "" : "/" + page)}?id={Uri.EscapeDataString(id)}";

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        var filter = new ClientFilter
        {
            Text = visit.Query.Find("text"),
            Suspended = visit.Query.Find("state") switch { "suspended" => true, "active" => false, _ => null },
        };
        var list = await clients.ListAsync(visit.Actor, filter, visit.Part, visit.Aborted);
        await (list.IsDone
            ? desk.WriteAsync<ClientsPage, ClientsModel>(visit, Section, "OAuth clients", new ClientsModel(list.Value, visit.Query))
            : PageDesk.RefuseAsync(visit, list.Refusal));
    }

    private async Task ShowNewAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteNewAsync(visit);
        }
    }

    private async Task CreateAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        if (!Enum.TryParse<ClientAuthentication>(visit.Sent("token_endpoint_auth_method"), out var method) || !Enum.IsDefined(method))
        {
            await WriteNewAsync(visit.Refused(AdministrationRefusal.Invalid("token_endpoint_auth_method", "Choose one of what is offered.")));
            return;
        }

        var definition = Edited(visit, new ClientDefinition { Authentication = method });
        var result = await clients.CreateAsync(visit.Actor, new NewClient(visit.Sent("id"), definition, Lines(visit, "owners")), visit.Aborted);
        if (!result.IsDone)
        {
            await WriteNewAsync(visit.Refused(result.Refusal));
        }
        else if (result.Value.Secret is { } secret)
        {
            // The answer is the page: the secret is nowhere else.
            await WriteAsync(visit, result.Value.Client, secret, "The client is made.");
        }
        else
        {
            await PageDesk.DoneAsync(visit, LinkTo(result.Value.Client.Client.Id.Value), "created");
        }
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit, visit.Query.Find("id") ?? "");
        }
    }

    private Task EditAsync(HttpContext context) => ActAsync(context, "saved", async visit => (await clients.ChangeAsync(
        visit.Actor, visit.Subject, new ClientChange(definition => Edited(visit, definition), Lines(visit, "owners")), visit.IfMatch, visit.Aborted)).Refusal);

    private Task SuspendAsync(HttpContext context) => ActAsync(context, "suspended", async visit =>
        (await clients.SetSuspendedAsync(visit.Actor, visit.Subject, true, visit.IfMatch, visit.Aborted)).Refusal);

    private Task ResumeAsync(HttpContext context) => ActAsync(context, "resumed", async visit =>
        (await clients.SetSuspendedAsync(visit.Actor, visit.Subject, false, visit.IfMatch, visit.Aborted)).Refusal);

    private async Task RotateAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        if (!int.TryParse(visit.Sent("overlap"), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > 720)
        {
            await WriteAsync(visit.Refused(AdministrationRefusal.Invalid("overlap", "Give a number of hours, 0 to 720.")), visit.Subject);
            return;
        }

        var result = await clients.RotateSecretAsync(visit.Actor, visit.Subject, TimeSpan.FromHours(hours), visit.IfMatch, visit.Aborted);
        await (result.IsDone
            ? WriteAsync(visit, result.Value.Client, result.Value.Secret, "The client has a new secret.")
            : WriteAsync(visit.Refused(result.Refusal), visit.Subject));
    }

    private async Task ShowRemoveAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteRemoveAsync(visit, visit.Query.Find("id") ?? "");
        }
    }

    private async Task RemoveAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await clients.RemoveAsync(visit.Actor, visit.Subject, visit.IfMatch, visit.Aborted);
        await (result.IsDone ? PageDesk.DoneAsync(visit, Section, "removed") : WriteRemoveAsync(visit.Refused(result.Refusal), visit.Subject));
    }

    private async Task ActAsync(HttpContext context, string code, Func<PageVisit, Task<AdministrationRefusal?>> act)
    {
        if (await desk.ReceiveAsync(context) is { } visit)
        {
            var refusal = await act(visit);
            await (refusal is null ? PageDesk.DoneAsync(visit, LinkTo(visit.Subject), code) : WriteAsync(visit.Refused(refusal), visit.Subject));
        }
    }

    private Task WriteNewAsync(PageVisit visit) =>
        desk.WriteAsync<ClientNewPage, PageQuery>(visit, Section, "New client", visit.Query, [new PageLink("Clients", Section)]);

    private async Task WriteRemoveAsync(PageVisit visit, string id)
    {
        var found = await clients.FindAsync(visit.Actor, id, visit.Aborted);
        await (found.IsDone
            ? desk.WriteAsync<ClientRemovePage, ClientModel>(visit, Section, $"Remove {id}", new ClientModel(found.Value, null), [new PageLink("Clients", Section)])
            : PageDesk.RefuseAsync(visit, found.Refusal));
    }

    private async Task WriteAsync(PageVisit visit, string id)
    {
        var found = await clients.FindAsync(visit.Actor, id, visit.Aborted);
        await (found.IsDone ? WriteAsync(visit, found.Value, null, null) : PageDesk.RefuseAsync(visit, found.Refusal));
    }

    private Task WriteAsync(PageVisit visit, AdministeredClient client, string? secret, string? done) => desk.WriteAsync<ClientPage, ClientModel>(
        visit,
        Section,
        client.Client.Definition.Name.Length == 0 ? client.Client.Id.Value : client.Client.Definition.Name,
        new ClientModel(client, secret),
        [new PageLink("Clients", Section)],
        done: done);

    private static ClientDefinition Edited(PageVisit visit, ClientDefinition definition) => definition with
    {
        Name = visit.Sent("client_name") ?? "",
        ClientUri = visit.Sent("client_uri"),
        Contacts = Lines(visit, "contacts"),
        RedirectUris = Lines(visit, "redirect_uris"),
        PostLogoutRedirectUris = Lines(visit, "post_logout_redirect_uris"),
        GrantTypes = [.. ClientWords.Grants.Where(grant => visit.IsTicked("grant-" + grant.Value)).Select(grant => grant.Value)],
        OAuthScopes = [.. (visit.Sent("scope") ?? "").Split((char[])[' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)],
        RequirePkce = visit.IsTicked("require_pkce"),
        Trusted = visit.IsTicked("trusted"),
    };

    private static ImmutableArray<string> Lines(PageVisit visit, string name) =>
        [.. (visit.Form.Find(name) ?? "").Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
}
