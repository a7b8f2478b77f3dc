using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.OAuth.Tokens;
using Platform.Api.Runs.Machine;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;

namespace Platform.Api.Runs;

/// <summary>Starts runs: what the endpoint and the page have in common.</summary>
internal sealed class RunStarts(
    IRunQueue queue, RunMachines machines, IPlatformGrains grains, IOAuthCheck check, RunInputs inputs, IAuditLog audit, IOptions<RunClientOptions> options)
{
    private readonly ClientId _client = new(options.Value.Client);

    /// <summary>Puts a run into the queue; it is durable when the task completes.</summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="scope">Where; they may enter it.</param>
    /// <param name="wish">What for.</param>
    /// <param name="address">Where from, for the audit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(RunSnapshot? Run, Problem? Refusal)> StartAsync(
        Principal principal, ScopeSnapshot scope, RunWish wish, string address, CancellationToken cancellationToken)
    {
        var terms = await queue.ReadTermsAsync(scope.Path, cancellationToken);
        var (request, refusal) = wish.ToRequest(terms);
        if (request is null)
        {
            return (null, refusal);
        }

        var (run, fault) = await DescribeAsync(principal, scope, wish, request, cancellationToken);
        fault ??= await FindMissingInputAsync(principal, scope, run!.Authorization.OAuthScopes, request, cancellationToken);
        if (fault is null && !await machines.IsAnyReadyAsync(cancellationToken))
        {
            fault = new Problem(RunErrors.NoMachine);
        }

        if (fault is null)
        {
            var submission = await queue.SubmitAsync(run!, cancellationToken);
            if (submission.Run is { } queued)
            {
                await RecordAsync(principal, scope, address, AuditEntry.Ok, queued.Id.GrainKey, $"{request.Image}, OAuth scopes {string.Join(' ', queued.Authorization.OAuthScopes)}");
                return (queued, null);
            }

            fault = new Problem(RunErrors.Of(submission.Refusal!.Value), submission.Detail);
        }

        if (fault.Error.Status == StatusCodes.Status403Forbidden)
        {
            await RecordAsync(principal, scope, address, fault.Error.Code, null, request.Image);
        }

        return (null, fault);
    }

    private async Task<(NewRun? Run, Problem? Refusal)> DescribeAsync(
        Principal principal, ScopeSnapshot scope, RunWish wish, RunRequest request, CancellationToken cancellationToken)
    {
        if (principal.User is not { } user || principal.Token?.Run is not null)
        {
            // A run that started others would go on beyond its own end.
            return (null, new Problem(RunErrors.NeedsUser));
        }

        var id = RunId.New();
        if (Actors.TryAdd(id.GrainKey, null, principal.Actor) is null)
        {
            return (null, new Problem(RunErrors.NeedsUser, "The token was exchanged too often."));
        }

        if (await check.FindClientAsync(_client, cancellationToken) is not { Client: { Definition.Trusted: true } own })
        {
            return (null, new Problem(RunErrors.NoClient));
        }

        var (oauthScopes, refusal) = FindOAuthScopes(wish, principal, own.Definition);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var authorization = principal.Token is { Authorization: { } given }
            ? given
            : await GiveAsync(user.Key, user.Epoch, own, principal);
        var client = principal.Token?.Client ?? own;
        var run = new NewRun(
            id,
            request,
            authorization with
            {
                // It goes on when the user logs out, and is bound to its own life instead.
                Session = null,
                SessionHandle = null,
                OAuthScopes = oauthScopes,
                Context = scope.Path,
                ContextEpoch = scope.Epoch,
                Audiences = [],
                Nonce = null,
                Claims = null,
                DpopThumbprint = null,
            },
            client.Id,
            client.Epoch,
            principal.Actor,
            principal.Access);
        return (run, null);
    }

    /// <summary>What a user gives the platform's own client, which they find among their applications and can withdraw.</summary>
    private async Task<AuthorizationSnapshot> GiveAsync(Grains.Users.UserKey user, long epoch, ClientSnapshot client, Principal principal) => new()
    {
        Client = client.Id,
        ClientEpoch = client.Epoch,
        User = user,
        UserEpoch = epoch,
        GrantEpoch = (await grains.UserGrants(user).GiveAsync(client.Id, [], null)).Epoch,
        AuthenticatedAt = principal.AuthenticatedAt ?? DateTimeOffset.UnixEpoch,
        Acr = principal.Acr ?? "",
    };

    private static (ImmutableArray<string> OAuthScopes, Problem? Refusal) FindOAuthScopes(RunWish wish, Principal principal, ClientDefinition client)
    {
        if (wish.OauthScopes is not { IsDefault: false } asked)
        {
            return ([.. RunWish.UsualOAuthScopes.Where(MayHave)], null);
        }

        foreach (var name in asked)
        {
            if (!MayHave(name))
            {
                return ([], new Problem(RunErrors.OAuthScopeNotHeld, "The platform's client for runs, or the token that asks, does not have it.", "body member oauthScopes"));
            }
        }

        return ([.. asked.Distinct(StringComparer.Ordinal)], null);

        bool MayHave(string name) => client.OAuthScopes.Contains(name) && principal.Allows(name);
    }

    private async Task<Problem?> FindMissingInputAsync(
        Principal principal, ScopeSnapshot scope, ImmutableArray<string> oauthScopes, RunRequest request, CancellationToken cancellationToken)
    {
        var (_, missing) = await inputs.ReadAsync(principal.LimitedBy(oauthScopes), scope, request.Inputs, cancellationToken);
        return missing is null
            ? null
            : new Problem(RunErrors.NoSuchInput, $"There is no resource '{missing}' that it may read; documents for members need the OAuth scope 'read'.", "body member inputs");
    }

    private ValueTask RecordAsync(Principal principal, ScopeSnapshot scope, string address, string outcome, string? run, string detail) => audit.RecordAsync(
        new AuditEntry(AuditActions.ChangeRun, outcome, principal.Subject.ToString(), run ?? scope.Path.Value, address, $"asked for: {detail}", scope.Path.Value),
        CancellationToken.None);
}
