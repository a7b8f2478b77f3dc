using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Primitives;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Grains.Administration.Idempotency;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Api.Administration.Http;

/// <summary>
/// <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header): what makes something, sent again with the same key, is done once and gets
/// the same answer again. Keys belong to who sent them. The answer may hold a secret that is shown once, so it is kept encrypted.
/// </summary>
internal sealed class IdempotentAnswers(IIdempotencyKeys keys, IDataProtectionProvider protection)
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;
    private readonly IDataProtector _protector = protection.CreateProtector("Platform.Administration.KeptAnswer.v1");

    /// <summary>Has the request answered, or answers as before.</summary>
    public async Task<AdministrationAnswer> AnswerAsync(AdministrationRequest request, AdministrationHandler handler)
    {
        if (!request.Context.Request.Headers.TryGetValue(Header, out var header))
        {
            return await handler(request);
        }

        if (!TryRead(header, out var text))
        {
            return new Problem(AdministrationErrors.MalformedIdempotencyKey, Place: $"header {Header}");
        }

        var key = Hash(Owner(request), Encoding.UTF8.GetBytes(text));
        var content = Hash($"{request.Context.Request.Method} {request.Context.Request.Path}{request.Context.Request.QueryString}", request.Body.Span);
        var claim = await keys.ClaimAsync(key, content, request.Aborted);
        switch (claim.State)
        {
            case IdempotencyState.UnderWay:
                return new Problem(AdministrationErrors.IdempotencyKeyUnderWay, Place: $"header {Header}");
            case IdempotencyState.Reused:
                return new Problem(AdministrationErrors.IdempotencyKeyReused, Place: $"header {Header}");
            case IdempotencyState.Answered:
                return Restore(claim.Answer!);
        }

        AdministrationAnswer answer;
        try
        {
            answer = await handler(request);
        }
        catch (Exception e) when (e is not (StorageUnavailableException or StateUnavailableException or OperationCanceledException))
        {
            // Where the database failed or the client went away it is not known whether it took effect: the key stays taken, so that nothing is made twice.
            await keys.ReleaseAsync(key, CancellationToken.None);
            throw;
        }

        if (answer.Problem is null)
        {
            var kept = new KeptAnswer(answer.Status, answer.Body, answer.Tag, answer.Location);
            await keys.KeepAsync(key, _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(kept)), CancellationToken.None);
        }
        else
        {
            await keys.ReleaseAsync(key, CancellationToken.None);
        }

        return answer;
    }

    private AdministrationAnswer Restore(byte[] encrypted)
    {
        var kept = JsonSerializer.Deserialize<KeptAnswer>(_protector.Unprotect(encrypted))!;
        return AdministrationAnswer.Restore(kept.Status, kept.Body, kept.Tag, kept.Location);
    }

    /// <summary>A token for less does not get the answer that was given to one for more.</summary>
    private static string Owner(AdministrationRequest request) =>
        $"{request.Actor.Name} {request.Actor.LimitedTo} {request.Context.FindPrincipal()?.Token?.Client.Id.Value}";

    /// <summary>The draft has a quoted string (RFC 8941); clients send it bare as well.</summary>
    private static bool TryRead(StringValues header, out string key)
    {
        key = header.Count == 1 ? header[0]!.Trim() : "";
        if (key.Length >= 2 && key[0] == '"' && key[^1] == '"')
        {
            key = key[1..^1];
        }

        return key.Length is > 0 and <= MaxLength && key.All(character => character is >= ' ' and <= '~' and not '"' and not '\\');
    }

    private static string Hash(string head, ReadOnlySpan<byte> rest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        hash.AppendData("\n"u8);
        hash.AppendData(rest);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record KeptAnswer(int Status, byte[] Body, string? Tag, string? Location);
}
