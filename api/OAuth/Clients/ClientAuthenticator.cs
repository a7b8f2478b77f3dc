using System.Globalization;
using System.Net;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Clients;

/// <summary>
/// Finds out which client calls: the step that token, introspection, revocation, pushed requests and device authorization share.
/// Only the registered way counts, and unknown, suspended and wrong end in the same answer after about the same work.
/// </summary>
internal sealed class ClientAuthenticator(
    IOAuthCheck check, ClientSecrets secrets, ClientAssertions assertions, RefusalRate refusals, IAuditLog audit)
{
    private const string WrongSecret = "secret";

    /// <summary>The client, live, or the error to answer with; headers that belong to the error are set.</summary>
    public async ValueTask<(LiveClient? Client, OAuthError? Refusal)> AuthenticateAsync(HttpContext context, Parameters form)
    {
        var (credentials, refusal) = ClientCredentials.Read(context.Request.Headers.Authorization, form);
        if (credentials is null)
        {
            return (null, refusal);
        }

        return credentials.Method switch
        {
            ClientAuthentication.None => await TakeAsync(context, credentials),
            ClientAuthentication.PrivateKeyJwt => await VerifyAssertionAsync(context, credentials),
            _ => await VerifySecretAsync(context, credentials),
        };
    }

    private ValueTask<LiveClient?> FindAsync(ClientCredentials credentials, CancellationToken cancellationToken) =>
        credentials.Id is { } id ? check.FindClientAsync(id, cancellationToken) : ValueTask.FromResult<LiveClient?>(null);

    private async ValueTask<(LiveClient? Client, OAuthError? Refusal)> TakeAsync(HttpContext context, ClientCredentials credentials)
    {
        var live = await FindAsync(credentials, context.RequestAborted);
        return live is { Client.IsPublic: true } ? (live, null) : await RefuseAsync(context, credentials, "not-public");
    }

    private async ValueTask<(LiveClient? Client, OAuthError? Refusal)> VerifyAssertionAsync(HttpContext context, ClientCredentials credentials)
    {
        // The id may stand in the assertion alone (RFC 7521 §4.2).
        var stated = ClientAssertions.ReadSubject(credentials.Secret!);
        if (stated is not { } id || (credentials.Id is { } named && named != id))
        {
            return await RefuseAsync(context, credentials, "malformed-assertion");
        }

        var live = await check.FindClientAsync(id, context.RequestAborted);
        return live is { Client.Definition.Authentication: ClientAuthentication.PrivateKeyJwt }
            && await assertions.VerifyAsync(live.Client, credentials.Secret!, context.Request.Path, context.RequestAborted)
            ? (live, null)
            : await RefuseAsync(context, credentials with { Id = id }, "assertion");
    }

    private async ValueTask<(LiveClient? Client, OAuthError? Refusal)> VerifySecretAsync(HttpContext context, ClientCredentials credentials)
    {
        var live = await FindAsync(credentials, context.RequestAborted);

        // The wrong way costs what a wrong secret costs.
        var definition = live?.Client.Definition;
        var kept = definition is not null && definition.Authentication == credentials.Method ? definition.Secrets : [];
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        switch (await secrets.VerifyAsync(credentials.Id, kept, credentials.Secret!, address, context.RequestAborted))
        {
            case SecretVerdict.Right:
                return (live, null);
            case SecretVerdict.Wait { RetryAfter: var wait }:
                context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return (null, OAuthError.SlowDown("Too many wrong secrets. Wait."));
            default:
                return await RefuseAsync(context, credentials, WrongSecret);
        }
    }

    private async ValueTask<(LiveClient? Client, OAuthError? Refusal)> RefuseAsync(HttpContext context, ClientCredentials credentials, string cause)
    {
        // A wrong secret costs a password hash, the other refusals nothing: who is refused over and over is recorded now and then.
        if (cause != WrongSecret && !refusals.TryTake(context))
        {
            return (null, OAuthError.InvalidClient(OAuthTexts.ClientRefused));
        }

        await audit.RecordAsync(
            new AuditEntry(AuditActions.RefuseClient, cause, credentials.Id is { } id ? $"client:{id.Value}" : null, null, context.ClientAddress()),
            context.RequestAborted);
        return (null, OAuthError.InvalidClient(OAuthTexts.ClientRefused));
    }
}
