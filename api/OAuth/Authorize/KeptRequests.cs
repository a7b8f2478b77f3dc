using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Platform.Api.Http.Limits;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Authorize;

/// <summary>
/// Keeps requests while their users are at our pages: encrypted in the address where they fit, otherwise in the database under a random
/// name. The latter costs a row each for half an hour, so that each address may have a few a minute alone.
/// </summary>
internal sealed class KeptRequests : IDisposable
{
    /// <summary>The parameter and form field that carries one.</summary>
    public const string Field = "kept";

    /// <summary>What fits beside the rest into a local return address (<see cref="Http.Pages.LocalReturn"/>).</summary>
    private const int MaxInAddress = 1800;

    /// <summary>The largest that is kept at all.</summary>
    private const int MaxStored = 32 * 1024;

    private const int MaxInflated = 256 * 1024;

    /// <summary>Stands where a client that pushed a request would.</summary>
    private static readonly ClientId Platform = new("platform");

    /// <summary>Base64url has no such character.</summary>
    private const char StoredMark = '~';

    private readonly IDataProtector _protector;
    private readonly IPlatformGrains _grains;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly AddressRate _rate;

    public KeptRequests(IDataProtectionProvider protection, IPlatformGrains grains, IOptions<AuthorizeOptions> options, TimeProvider time)
    {
        _protector = protection.CreateProtector("Platform.OAuth.KeptRequest.v1");
        _grains = grains;
        _time = time;
        _lifetime = options.Value.InteractionLifetime;
        _rate = new AddressRate(options.Value.KeptRequestsPerMinute, options.Value.KeptRequestsPerMinute, TimeSpan.FromMinutes(1));
    }

    /// <summary>Keeps a request. Returns what brings it back; null where this address has too many of them, or it is too large.</summary>
    public async ValueTask<string?> KeepAsync(HttpContext context, KeptRequest request)
    {
        var text = Protect(request);
        if (text.Length <= MaxInAddress)
        {
            return text;
        }

        if (text.Length > MaxStored || !MayStore(context))
        {
            return null;
        }

        var name = StoredMark + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        await _grains.PushedRequest(KeyOf(name)).StoreAsync(new PushedRequest(Platform, text, request.KeptAt + _lifetime, null));
        return name;
    }

    /// <summary>Whether somebody who proved nothing may have another row of this address's share; it is taken from it.</summary>
    public bool MayStore(HttpContext context) => _rate.TryTake(context);

    /// <summary>The request; null where it is over, or is none of ours.</summary>
    public async ValueTask<KeptRequest?> FindAsync(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        if (name[0] == StoredMark)
        {
            name = (await _grains.PushedRequest(KeyOf(name)).FindAsync())?.Parameters;
        }

        return name is not null && Unprotect(name) is { } request && request.KeptAt + _lifetime > _time.GetUtcNow() ? request : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _rate.Dispose();

    /// <summary>Apart from the names of requests that clients pushed: neither can be given for the other.</summary>
    private static SecretKey KeyOf(string name) => SecretKey.FromSecret("kept:" + name);

    private string Protect(KeptRequest request)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            JsonSerializer.Serialize(deflate, request);
        }

        return WebEncoders.Base64UrlEncode(_protector.Protect(packed.ToArray()));
    }

    private KeptRequest? Unprotect(string text)
    {
        try
        {
            using var packed = new MemoryStream(_protector.Unprotect(WebEncoders.Base64UrlDecode(text)));
            using var deflate = new DeflateStream(packed, CompressionMode.Decompress);
            var bytes = new byte[MaxInflated];
            var length = deflate.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return JsonSerializer.Deserialize<KeptRequest>(bytes.AsSpan(0, length));
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            // Edited, cut, or made under a key that is gone.
            return null;
        }
    }
}
