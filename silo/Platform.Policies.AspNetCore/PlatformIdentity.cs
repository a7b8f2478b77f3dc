using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Platform.Policies.AspNetCore;

/// <summary>Makes the caller whom the platform names the user of a request.</summary>
internal static class PlatformIdentity
{
    /// <summary>How the caller was found out (<see cref="ClaimsIdentity.AuthenticationType"/>).</summary>
    private const string AuthenticationType = "Platform";

    private static readonly (string Header, string Claim)[] Claims =
        [("Remote-User", ClaimTypes.Name), ("Remote-Name", "name"), ("Remote-Email", ClaimTypes.Email), ("X-Scope", "platform_scope")];

    private const string GroupsHeader = "Remote-Groups";

    /// <summary>
    /// Takes name, full name, mail address, groups (as roles) and current scope out of the answer. The headers that tell them
    /// are set too, and so what came under their names from outside is gone.
    /// </summary>
    public static void Take(HttpContext context, PlatformAnswer answer)
    {
        var claims = new List<Claim>();
        foreach (var (header, claim) in Claims)
        {
            var value = Set(context, answer, header);
            if (value.Length > 0)
            {
                claims.Add(new Claim(claim, Uri.UnescapeDataString(value)));
            }
        }

        foreach (var group in Set(context, answer, GroupsHeader).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            claims.Add(new Claim(ClaimTypes.Role, Uri.UnescapeDataString(group)));
        }

        var isSomebody = claims.Exists(claim => claim.Type == ClaimTypes.Name);
        context.User = new ClaimsPrincipal(isSomebody ? new ClaimsIdentity(claims, AuthenticationType) : new ClaimsIdentity());
    }

    private static string Set(HttpContext context, PlatformAnswer answer, string header)
    {
        var value = answer.Header(header);
        context.Request.Headers.Remove(header);
        if (value.Length > 0)
        {
            context.Request.Headers[header] = value;
        }

        return value;
    }
}
