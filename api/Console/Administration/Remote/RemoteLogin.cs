using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Api.OAuth;

namespace Platform.Api.Console.Administration.Remote;

/// <summary>
/// A login of the command line at a server: the device flow of RFC 8628, since a terminal has no browser, and refresh tokens after it. Where
/// the endpoints are, the server's metadata says (RFC 8414).
/// </summary>
internal sealed class RemoteLogin(RemoteOptions options, RemoteConnection connection, IConsoleOutput terminal, TimeProvider time)
{
    /// <summary>Tokens that end this soon are replaced before they are used.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>RFC 8628 §3.5: what <c>slow_down</c> adds, and the interval where none is given.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly TokenFile _file = TokenFile.Of(options.Issuer, options.ClientId);

    /// <summary>A live access token: the one that is kept, its successor, or that of a new login.</summary>
    /// <param name="refused">A token that the server refused although it looked live; null: none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AdminUnreachableException">There is none to be had.</exception>
    public async Task<string> FindTokenAsync(string? refused, CancellationToken cancellationToken)
    {
        using var only = await _file.LockAsync(time, cancellationToken);
        var kept = await _file.ReadAsync(cancellationToken) is { } found && found.Issuer == options.Issuer && found.ClientId == options.ClientId ? found : null;
        if (kept is not null && kept.AccessToken != refused && kept.ExpiresAt - Margin > time.GetUtcNow())
        {
            return kept.AccessToken;
        }

        var metadata = await DiscoverAsync(cancellationToken);
        if (kept?.RefreshToken is { } refresh && await RefreshAsync(metadata, refresh, cancellationToken) is { } renewed)
        {
            return renewed;
        }

        return await StartAsync(metadata, cancellationToken);
    }

    /// <summary>Takes the tokens back at the server and forgets them here.</summary>
    /// <returns>False where there was nothing to take back.</returns>
    public async Task<bool> LogOutAsync(CancellationToken cancellationToken)
    {
        using var only = await _file.LockAsync(time, cancellationToken);
        if (await _file.ReadAsync(cancellationToken) is not { } kept)
        {
            return false;
        }

        // Forgotten first: whatever the server says, this machine has them no longer.
        _file.Delete();
        var metadata = await DiscoverAsync(cancellationToken);
        foreach (var (token, hint) in new[] { (kept.RefreshToken, "refresh_token"), (kept.AccessToken, "access_token") })
        {
            if (token is not null)
            {
                await connection.TellAsync(
                    Endpoint(metadata, "revocation_endpoint"),
                    new() { ["client_id"] = options.ClientId, ["token"] = token, ["token_type_hint"] = hint },
                    cancellationToken);
            }
        }

        return true;
    }

    private async Task<JsonObject> DiscoverAsync(CancellationToken cancellationToken)
    {
        var (status, metadata) = await connection.GetAsync(options.Issuer + "/.well-known/oauth-authorization-server", cancellationToken);

        // RFC 8414 §3.3: else one server could send the login to another.
        return status == StatusCodes.Status200OK && Text(metadata, "issuer") == options.Issuer
            ? metadata
            : throw new AdminUnreachableException($"What answers at {options.Issuer} is not a platform's server of this address; --server takes its public address.");
    }

    private async Task<string?> RefreshAsync(JsonObject metadata, string refreshToken, CancellationToken cancellationToken)
    {
        var (status, answer) = await connection.PostAsync(
            Endpoint(metadata, "token_endpoint"),
            new() { ["grant_type"] = GrantTypes.RefreshToken, ["client_id"] = options.ClientId, ["refresh_token"] = refreshToken },
            cancellationToken);
        if (status == StatusCodes.Status200OK)
        {
            return await KeepAsync(answer, refreshToken, cancellationToken);
        }

        if (Text(answer, "error") == "invalid_grant")
        {
            // Withdrawn, or over: a new login is needed.
            return null;
        }

        throw Refused(answer);
    }

    private async Task<string> StartAsync(JsonObject metadata, CancellationToken cancellationToken)
    {
        var (status, start) = await connection.PostAsync(
            Endpoint(metadata, "device_authorization_endpoint"),
            new() { ["client_id"] = options.ClientId, ["scope"] = RemoteOptions.OAuthScopes },
            cancellationToken);
        if (status != StatusCodes.Status200OK || Text(start, "device_code") is not { } code)
        {
            throw Refused(start);
        }

        await terminal.WriteErrorLineAsync(ConsoleText.Printable($"Log in at {Text(start, "verification_uri")} with the code {Text(start, "user_code")}, or open {Text(start, "verification_uri_complete")}"));
        var wait = Seconds(start, "interval") ?? Step;
        var deadline = time.GetUtcNow() + (Seconds(start, "expires_in") ?? TimeSpan.FromMinutes(10));
        while (time.GetUtcNow() < deadline)
        {
            await Task.Delay(wait, time, cancellationToken);
            var (polled, answer) = await connection.PostAsync(
                Endpoint(metadata, "token_endpoint"),
                new() { ["grant_type"] = GrantTypes.DeviceCode, ["client_id"] = options.ClientId, ["device_code"] = code },
                cancellationToken);
            if (polled == StatusCodes.Status200OK)
            {
                await terminal.WriteErrorLineAsync("Logged in.");
                return await KeepAsync(answer, null, cancellationToken);
            }

            switch (Text(answer, "error"))
            {
                case "authorization_pending":
                    break;
                case "slow_down":
                    wait += Step;
                    break;
                case "access_denied":
                    throw new AdminUnreachableException("The login was refused in the browser.");
                case "expired_token":
                    throw new AdminUnreachableException("Nobody entered the code in time.");
                default:
                    throw Refused(answer);
            }
        }

        throw new AdminUnreachableException("Nobody entered the code in time.");
    }

    private async Task<string> KeepAsync(JsonObject answer, string? earlierRefreshToken, CancellationToken cancellationToken)
    {
        var token = Text(answer, "access_token") ?? throw Refused(answer);
        var ends = time.GetUtcNow() + (Seconds(answer, "expires_in") ?? TimeSpan.FromMinutes(1));

        // Not to be interrupted: the refresh token before this one is used up.
        await _file.WriteAsync(new KeptTokens(options.Issuer, options.ClientId, token, Text(answer, "refresh_token") ?? earlierRefreshToken, ends), CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return token;
    }

    /// <summary>An endpoint of the metadata, on the server itself: tokens go nowhere else.</summary>
    private string Endpoint(JsonObject metadata, string name) =>
        Text(metadata, name) is { } address && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == options.Server.GetLeftPart(UriPartial.Authority)
            ? address
            : throw new AdminUnreachableException($"The server {options.Issuer} names no {name} of its own.");

    private AdminUnreachableException Refused(JsonObject answer) => new(
        $"The server refused the login: {Text(answer, "error_description") ?? Text(answer, "error") ?? "without a reason"} The client '{options.ClientId}' has to be there: docs/command-line.md says how it is made.");

    private static TimeSpan? Seconds(JsonObject json, string name) =>
        json[name]?.GetValueKind() == System.Text.Json.JsonValueKind.Number && double.TryParse(json[name]!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e8
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static string? Text(JsonObject json, string name) => json[name]?.GetValueKind() == System.Text.Json.JsonValueKind.String ? json[name]!.GetValue<string>() : null;
}
