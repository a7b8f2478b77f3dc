using Platform.Api.Http.Access;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Tokens;
using Platform.Api.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;

namespace Platform.Api.Runs;

/// <summary>A token of a run. Its text is secret.</summary>
/// <param name="Text">The token.</param>
/// <param name="IssuedAt">When it was made (UTC).</param>
/// <param name="EndsAt">When it is over at the latest (UTC).</param>
internal sealed record RunToken(string Text, DateTimeOffset IssuedAt, DateTimeOffset EndsAt)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => FormattableString.Invariant($"token of a run until {EndsAt:O}");
}

/// <summary>
/// The tokens of runs (RFC 9068, RFC 8693 §4.1): their subject is the user, their actor the run, their context the scope, their audience the
/// platform. They hang on the run's row beside everything that the user's own tokens hang on, and are made for a machine alone: no endpoint gives them.
/// </summary>
internal sealed class RunTokens(AccessTokens accessTokens, TokenIssuer issuer, Issuer platform, ISubjects subjects, IOAuthCheck check, IDirectoryRecheck directories)
{
    /// <summary>What a run's tokens hang on, where all of it holds now; null where anything of it is over, the run included.</summary>
    public ValueTask<LiveToken?> FindGroundsAsync(RunSnapshot run, CancellationToken cancellationToken) =>
        accessTokens.FindLiveAsync(GroundsOf(run, TokenIssuer.NewId()), null, cancellationToken);

    /// <summary>The same for a run that has not begun, and gives nobody anything yet.</summary>
    public async ValueTask<LiveToken?> FindGroundsBeforeAsync(RunSnapshot run, CancellationToken cancellationToken) =>
        await directories.ConfirmAsync(run.User, cancellationToken)
        && await check.FindClientAsync(run.Client, cancellationToken) is { } client
        && client.Client.Epoch == run.ClientEpoch
            ? await check.FindLiveAsync(run.Authorization, cancellationToken)
            : null;

    /// <summary>Who calls with a token of a run.</summary>
    public static Principal PrincipalOf(RunSnapshot run, LiveToken grounds) =>
        Principal.Of(grounds, run.Authorization.OAuthScopes, run.Authorization.AuthenticatedAt, run.Authorization.Acr);

    /// <summary>Makes a token.</summary>
    /// <param name="run">The run, begun.</param>
    /// <param name="grounds">What it hangs on, checked a moment ago.</param>
    /// <param name="lifetime">How long it lives at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<RunToken> SignAsync(RunSnapshot run, LiveToken grounds, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var now = issuer.Now();
        var endsAt = now + lifetime;
        var token = new AccessToken
        {
            Id = TokenIssuer.NewId(),
            Subject = await subjects.OfAsync(grounds.Client, run.User, cancellationToken),
            Client = run.Client,
            ClientEpoch = run.ClientEpoch,
            Family = null,
            Run = run.Id,
            OAuthScopes = run.Authorization.OAuthScopes,
            Audiences = [platform.Value],
            Context = run.Scope,
            ContextEpoch = run.Authorization.ContextEpoch,
            Roles = [.. grounds.Roles],
            IssuedAt = now,
            EndsAt = endsAt < run.DeadlineAt ? endsAt : run.DeadlineAt ?? endsAt,
            AuthenticatedAt = run.Authorization.AuthenticatedAt,
            Acr = run.Authorization.Acr,
            Actor = Actors.TryAdd(run.Id.GrainKey, null, run.Actor),
        };
        return new RunToken(await accessTokens.SignAsync(token, grounds.Client.Definition, cancellationToken), token.IssuedAt, token.EndsAt);
    }

    private static TokenGrounds GroundsOf(RunSnapshot run, string tokenId) =>
        new(tokenId, run.Client, run.ClientEpoch, null, run.Scope, run.Authorization.ContextEpoch, run.Id);
}
