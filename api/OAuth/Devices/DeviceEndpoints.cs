using System.Globalization;
using System.Net;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.OAuth.Devices;

/// <summary>
/// <c>/device</c>, where a person connects a device (RFC 8628 §3.3): login, the code, the question, the decision. The code is typed or
/// confirmed by the person in any case, also where it came in the address, and guesses are slowed per user and per address (§5.1).
/// </summary>
internal sealed class DeviceEndpoints(
    DevicePage page, Forgery forgery, IPlatformGrains grains, IOAuthCheck check, LoginThrottle throttle, IAuditLog audit)
{
    private const string NoSuchCode = "There is no such code, or it is over. Compare it with the one that your device shows.";

    private const string GuessedTooOften = "Too many wrong codes. Wait half a minute and try again.";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<DeviceEndpoints>();
        routes.MapMethods(DevicePage.Path, ["GET", "HEAD"], endpoints.ShowAsync).ForAnyone().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(DevicePage.Path, endpoints.EnterAsync).ForAnyone().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(DevicePage.DecisionPath, endpoints.DecideAsync).ForAnyone().Offering(Offers.Page).ExcludeFromDescription();
    }

    private Task ShowAsync(HttpContext context)
    {
        var (query, _) = RequestParameters.ReadQuery(context.Request);
        var code = UserCode.TryParse(query.Find(DevicePage.CodeField), out var parsed) ? parsed.ToString() : "";
        return context.FindCaller() is null ? LogInAsync(context, code) : page.WriteEntryAsync(context, code, null, StatusCodes.Status200OK);
    }

    private async Task EnterAsync(HttpContext context)
    {
        if (await ReadAsync(context) is { } entry)
        {
            await page.WriteQuestionAsync(context, entry.Code, entry.Request, entry.Client, entry.Scope);
        }
    }

    private async Task DecideAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } entry)
        {
            return;
        }

        // The decision is on what the page named; the session may have gone elsewhere meanwhile.
        if (entry.Form.Find("decision") is not ("allow" or "deny") || (entry.Form.Find(DevicePage.ContextField) ?? "") != (entry.Scope?.Path.Value ?? ""))
        {
            await page.WriteQuestionAsync(context, entry.Code, entry.Request, entry.Client, entry.Scope);
            return;
        }

        var allow = entry.Form.Find("decision") == "allow";
        if (await TryDecideAsync(context.GetCaller(), entry, allow, context.RequestAborted))
        {
            await RecordAsync(context, entry, allow ? AuditEntry.Ok : "access_denied");
            await DevicePage.WriteDoneAsync(context, allow);
            return;
        }

        await page.WriteEntryAsync(context, "", NoSuchCode, StatusCodes.Status400BadRequest);
    }

    private async ValueTask<bool> TryDecideAsync(Caller caller, Entry entry, bool allow, CancellationToken cancellationToken)
    {
        var device = grains.DeviceCode(entry.DeviceCode);
        if (!allow)
        {
            return await device.DecideAsync(null);
        }

        var live = caller.Live;
        var grant = await grains.UserGrants(live.User.Key).GiveAsync(entry.Client.Id, entry.Request.OAuthScopes, entry.Scope?.Path);
        var authorization = new AuthorizationSnapshot
        {
            Client = entry.Client.Id,
            ClientEpoch = entry.Request.ClientEpoch,
            User = live.User.Key,
            UserEpoch = live.User.Epoch,
            GrantEpoch = grant.Epoch,
            AuthenticatedAt = live.Session.StartedAt,
            Acr = AuthenticationContexts.Password,
            OAuthScopes = entry.Request.OAuthScopes,
            Context = entry.Scope?.Path,
            ContextEpoch = entry.Scope?.Epoch ?? 0,
            Audiences = entry.Request.Audiences,
            DpopThumbprint = entry.Request.DpopThumbprint,
            AuthTimeRequested = entry.Client.Definition.RequireAuthTime,
        };
        return await check.FindLiveAsync(authorization, cancellationToken) is not null && await device.DecideAsync(authorization);
    }

    /// <summary>Reads a form of ours with a code that waits for its user; null where the answer has been given instead.</summary>
    private async ValueTask<Entry?> ReadAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return null;
        }

        if (context.FindCaller() is not { } caller)
        {
            await LogInAsync(context, UserCode.TryParse(form.Find(DevicePage.CodeField), out var typed) ? typed.ToString() : "");
            return null;
        }

        if (!await forgery.IsOwnFormAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
            return null;
        }

        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;

        // The line feed is in no user name: these are counted apart from logins.
        var attempt = await throttle.BeginAsync("device\n" + caller.Subject, address, context.RequestAborted);
        if (attempt.Ticket is not { } ticket)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(attempt.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await page.WriteEntryAsync(context, "", GuessedTooOften, StatusCodes.Status429TooManyRequests);
            return null;
        }

        var entry = await FindAsync(caller, form, context.RequestAborted);
        if (entry is not null)
        {
            // A code of one's own earns no further guesses.
            await throttle.WithdrawAsync(ticket, CancellationToken.None);
            return entry;
        }

        await throttle.FailAsync(ticket, CancellationToken.None);
        await page.WriteEntryAsync(context, "", NoSuchCode, StatusCodes.Status400BadRequest);
        return null;
    }

    private async ValueTask<Entry?> FindAsync(Caller caller, Parameters form, CancellationToken cancellationToken)
    {
        if (!UserCode.TryParse(form.Find(DevicePage.CodeField), out var code)
            || await grains.UserCode(code.Key).FindAsync() is not { } deviceCode
            || await grains.DeviceCode(deviceCode).FindPendingAsync() is not { } request
            || await check.FindClientAsync(request.Client, cancellationToken) is not { } live
            || live.Client.Epoch != request.ClientEpoch)
        {
            return null;
        }

        // Asked for a context, only a member can give it; asked for none, the session's scope counts.
        var wanted = request.Context ?? caller.Live.Scope?.Path;
        var mayEnter = wanted is { } path && caller.Live.Access.MayEnter(path);
        return request.Context is null || mayEnter
            ? new Entry(form, code, deviceCode, request, live.Client, mayEnter ? caller.Live.Access.Scopes.Find(wanted!.Value) : null)
            : null;
    }

    private ValueTask RecordAsync(HttpContext context, Entry entry, string outcome) => audit.RecordAsync(
        new AuditEntry(
            AuditActions.Grant,
            outcome,
            context.GetCaller().Subject,
            $"client:{entry.Client.Id}",
            context.ClientAddress(),
            $"device at {entry.Request.Address}: {string.Join(' ', entry.Request.OAuthScopes)}{(entry.Scope is { } scope ? $" in {scope.Path}" : "")}"),
        CancellationToken.None);

    private static Task LogInAsync(HttpContext context, string code)
    {
        var local = code.Length == 0 ? DevicePage.Path : $"{DevicePage.Path}?{DevicePage.CodeField}={code}";
        return Links.SeeOther(context, $"/login?return={Uri.EscapeDataString(local)}");
    }

    /// <summary>A code that waits for the user who entered it, and what it is for.</summary>
    private sealed record Entry(Parameters Form, UserCode Code, SecretKey DeviceCode, DeviceRequest Request, ClientSnapshot Client, ScopeSnapshot? Scope);
}
