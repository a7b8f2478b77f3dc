using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>A login that a protected host waits for.</summary>
/// <param name="Origin">The host, with its scheme.</param>
/// <param name="NonceHash">The hash of the nonce that the browser has there.</param>
/// <param name="Return">Where it goes then: a path on that host.</param>
/// <param name="MaxAge">How old the login may be; null: that does not matter.</param>
internal sealed record HostLogin(string Origin, string NonceHash, string Return, TimeSpan? MaxAge)
{
    /// <summary>The path of the platform where it is asked for.</summary>
    public const string Path = ForwardEndpoints.Path + "/login";

    /// <summary>Beyond it the whole would be no local return address any more; the browser then goes to the host's start.</summary>
    private const int MaxReturn = 1200;

    /// <summary>Its address at the platform.</summary>
    public string Address
    {
        get
        {
            var back = Uri.EscapeDataString(Return);
            var age = MaxAge is { } value ? string.Create(CultureInfo.InvariantCulture, $"&max_age={(long)value.TotalSeconds}") : "";
            return $"{Path}?to={Uri.EscapeDataString(Origin)}&nonce={NonceHash}{age}&return={(back.Length > MaxReturn ? "%2F" : back)}";
        }
    }

    /// <summary>Reads the parameters of such an address; null where they are none. Whether the host is protected is not asked yet.</summary>
    public static HostLogin? Read(Parameters query) =>
        query.Find("to") is { } to
        && RequestUrl.TryNormalise(to, out var url, out _)
        && $"{url!.Scheme}://{url.Authority}" == to
        && query.Find("nonce") is { Length: 43 } nonce
        && nonce.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? new HostLogin(to, nonce, LocalReturn.OrStart(query.Find("return")), ReadAge(query.Find("max_age")))
            : null;

    /// <summary>Reads a local address of the platform; null where it is none of these.</summary>
    public static HostLogin? Read(string local) =>
        local.StartsWith(Path + "?", StringComparison.Ordinal)
        && Parameters.TryParse(System.Text.Encoding.ASCII.GetBytes(local[(Path.Length + 1)..]), out var query, out _)
            ? Read(query)
            : null;

    /// <summary>Seconds; null where the text is none.</summary>
    public static TimeSpan? ReadAge(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Where the browser goes with a code.</summary>
    public string CallbackAddress(string code) => QueryHelpers.AddQueryString(Origin + HostPages.Callback, "code", code);
}
