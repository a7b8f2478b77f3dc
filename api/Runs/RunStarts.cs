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
using Platform.Grains.Users;

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

        var (run, fault) = await SubmitAsync(principal, scope, wish, request, terms, cancellationToken);
        if (run is not null)
        {
            await RecordAsync(principal, scope, address, AuditEntry.Ok, run.Id.GrainKey, $"{request.Image}, OAuth scopes {string.Join(' ', run.Authorization.OAuthScopes)}");
        }
        else if (fault!.Error.Status == StatusCodes.Status403Forbidden)
        {
            await RecordAsync(principal, scope, address, fault.Error.Code, null, request.Image);
        }

        return (run, fault);
    }

    private async Task<(RunSnapshot? Run, Problem? Refusal)> SubmitAsync(
        Principal principal, ScopeSnapshot scope, RunWish wish, RunRequest request, RunTerms terms, CancellationToken cancellationToken)
    {
        var id = RunId.New();
        if (principal.User is not { } user || principal.Token?.Run is not null || Actors.TryAdd(id.GrainKey, null, principal.Actor) is null)
        {
            // A run that started others would go on beyond its own end.
            return (null, new Problem(RunErrors.NeedsUser));
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

        if (!terms.Admit(principal.Access, scope.Path))
        {
            return (null, new Problem(RunErrors.NotAStarter));
        }

        if (await FindMissingInputAsync(principal, scope, oauthScopes, request, cancellationToken) is { } missing)
        {
            return (null, missing);
        }

        if (!await machines.IsAnyReadyAsync(cancellationToken))
        {
            return (null, new Problem(RunErrors.NoMachine));
        }

        var client = principal.Token?.Client ?? own;
        var authorization = (principal.Token?.Authorization ?? await GiveAsync(user, own, principal)) with
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
        };
        var submission = await queue.SubmitAsync(new NewRun(id, request, authorization, client.Id, client.Epoch, principal.Actor, principal.Access), cancellationToken);
        return submission.Run is { } run ? (run, null) : (null, new Problem(RunErrors.Of(submission.Refusal!.Value), submission.Detail));
    }

    /// <summary>What a user gives the platform's own client, which they find among their applications and can withdraw.</summary>
    private async Task<AuthorizationSnapshot> GiveAsync(UserSnapshot user, ClientSnapshot client, Principal principal) => new()
    {
        Client = client.Id,
        ClientEpoch = client.Epoch,
        User = user.Key,
        UserEpoch = user.Epoch,
        GrantEpoch = (await grains.UserGrants(user.Key).GiveAsync(client.Id, [], null)).Epoch,
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
        var reader = principal.LimitedBy(oauthScopes);
        foreach (var path in request.Inputs)
        {
            if (await inputs.FindAsync(reader, scope, path, cancellationToken) is null)
            {
                return new Problem(RunErrors.NoSuchInput, $"There is no resource '{path}' that it may read; documents for members need the OAuth scope 'read'.", "body member inputs");
            }
        }

        return null;
    }

    private ValueTask RecordAsync(Principal principal, ScopeSnapshot scope, string address, string outcome, string? run, string detail) => audit.RecordAsync(
        new AuditEntry(AuditActions.ChangeRun, outcome, principal.Subject.ToString(), run ?? scope.Path.Value, address, $"asked for: {detail}", scope.Path.Value),
        CancellationToken.None);
}
