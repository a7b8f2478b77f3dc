using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Platform.Api.OAuth.Logout;

/// <summary>A client's wish to end a session, as far as it was understood.</summary>
internal sealed record LogoutRequest
{
    /// <summary>The client's name, for the page; null: no client is known to ask.</summary>
    public string? ClientName { get; init; }

    /// <summary>Where the browser goes afterwards, <c>state</c> included: an address that the client has registered; null: nowhere.</summary>
    public string? Target { get; init; }

    /// <summary>The session's public name that an ID token of ours named (<c>sid</c>); null: none did.</summary>
    public string? Handle { get; init; }

    /// <summary>Until when it can be followed (UTC).</summary>
    public DateTimeOffset EndsAt { get; init; }
}

/// <summary>Writes and reads logout requests that go through the browser; nobody else can write one, so that none leads to a foreign address.</summary>
internal sealed class LogoutRequests(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>The parameter and form field that carries one.</summary>
    public const string Field = "kept";

    private readonly IDataProtector _protector = protection.CreateProtector("Platform.OAuth.LogoutRequest.v1");

    /// <summary>The text for the browser.</summary>
    public string Protect(LogoutRequest request) => WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(request)));

    /// <summary>The request; null where it is over, or none of ours.</summary>
    public LogoutRequest? Unprotect(string? text)
    {
        try
        {
            return text is not null
                && JsonSerializer.Deserialize<LogoutRequest>(_protector.Unprotect(WebEncoders.Base64UrlDecode(text))) is { } request
                && request.EndsAt > time.GetUtcNow()
                ? request
                : null;
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
