using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.OAuth.Keys;
using Platform.Grains.OAuth;
using Platform.Grains.Users;

namespace Platform.Api.OAuth.Tokens;

/// <inheritdoc cref="ISubjects"/>
internal sealed class Subjects(SigningKeys keys) : ISubjects
{
    /// <inheritdoc/>
    public async ValueTask<string> OfAsync(ClientSnapshot client, UserKey user, CancellationToken cancellationToken)
    {
        if (!client.Definition.PairwiseSubjects)
        {
            return user.ToString();
        }

        var ring = await keys.ReadAsync(cancellationToken);
        return Pairwise(ring.Ring.PairwiseSecret.Span, SectorOf(client), user);
    }

    /// <summary>
    /// A number for services that know users by one (contracts/flarecast.md): positive, up to 2^53 so that every JSON reader holds it
    /// exactly, and always the same for a subject.
    /// </summary>
    public static long NumberOf(string subject)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("number:" + subject));
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) | 1;
    }

    /// <summary>OpenID Connect Core §8.1: from sector and user, and a key that nobody else has; not reversible, always the same.</summary>
    private static string Pairwise(ReadOnlySpan<byte> secret, string sector, UserKey user) =>
        System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{sector}\n{user}")));

    private static string SectorOf(ClientSnapshot client) =>
        client.Definition.Sector
        ?? (client.Definition.RedirectUris is [{ } first, ..] && Uri.TryCreate(first, UriKind.Absolute, out var uri) ? uri.Host : client.Id.Value);
}
