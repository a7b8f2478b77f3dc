using System.Globalization;
using System.Net;
using Platform.Api.Sessions;
using Platform.Api.Users;

namespace Platform.Api.Policies.OpenSso.Identity;

/// <summary><c>authenticate</c>, <c>isTokenValid</c>, <c>logout</c>.</summary>
internal sealed class TokenOperations(ILogin logins, OpenSsoTokens tokens, SessionEnd end)
{
    /// <summary>Begins a session; its id is the token. The parameter <c>uri</c> means nothing.</summary>
    public async Task AuthenticateAsync(HttpContext context, IdentityParameters parameters)
    {
        var (userName, password) = (parameters.Find("username"), parameters.Find("password"));
        if (string.IsNullOrEmpty(userName) || string.IsNullOrEmpty(password))
        {
            await LineAnswer.RefuseAsync(context, StatusCodes.Status401Unauthorized, "InvalidCredentials", "A user name and a password are needed.");
            return;
        }

        var attempt = new LoginAttempt(userName, password, context.Connection.RemoteIpAddress ?? IPAddress.None, context.Request.Headers.UserAgent.ToString());
        switch (await logins.LoginAsync(attempt, context.RequestAborted))
        {
            case LoginResult.Accepted accepted:
                await new LineAnswer().Line("token.id", accepted.Id.Reveal()).WriteAsync(context);
                break;
            case LoginResult.Throttled throttled:
                context.Response.Headers.RetryAfter = ((long)Math.Ceiling(throttled.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                await LineAnswer.RefuseAsync(context, StatusCodes.Status429TooManyRequests, "GeneralFailure", "Too many failed logins. Wait.");
                break;
            case LoginResult.DirectoryUnavailable:
                await LineAnswer.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "GeneralFailure", "The directory of users does not answer.");
                break;
            default:
                await LineAnswer.RefuseAsync(context, StatusCodes.Status401Unauthorized, "InvalidCredentials", "The user name or the password is wrong.");
                break;
        }
    }

    /// <summary>Whether a token counts. A bad one is told from none by the status alone.</summary>
    public async Task IsTokenValidAsync(HttpContext context, IdentityParameters parameters)
    {
        var token = OpenSsoTokens.Of(context, parameters.Find("tokenid"));
        var valid = await tokens.FindAsync(context, token) is not null;
        await new LineAnswer().Line("boolean", valid ? "true" : "false")
            .WriteAsync(context, valid || token is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized);
    }

    /// <summary>Ends the session everywhere; without one there is nothing to end.</summary>
    public async Task LogOutAsync(HttpContext context, IdentityParameters parameters)
    {
        if (await tokens.FindAsync(context, OpenSsoTokens.Of(context, parameters.Find("subjectid"))) is { } caller)
        {
            await end.LogOutAsync(context, caller);
        }

        await new LineAnswer().WriteAsync(context);
    }
}
