using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Grains.Audit;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Keys;
using Platform.Grains.Tests.Hosts;
using Platform.Storage;

namespace Platform.Grains.Tests.OAuth;

/// <summary>One ring for the cluster, whoever makes it, whose keys follow one another.</summary>
public sealed class KeyRingTests
{
    private static readonly StateKey Row = new("oauth-keys", "ring");

    [Fact]
    public async Task FirstAsked_ByFiveNodesAtOnce_OnAnEmptyDatabase_IsOneRing()
    {
        var nodes = new GrainNodes { Count = 5 };
        await nodes.InitializeAsync();
        try
        {
            var rings = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => nodes.Keys(i % 5).ReadAsync(CancellationToken.None).AsTask()));
            Assert.Single(rings.Select(ring => string.Join(' ', ring.Keys.Select(key => key.Id).Order(StringComparer.Ordinal))).Distinct());
            Assert.Single(rings.Select(ring => Convert.ToHexString(ring.RefreshSecret.Span)).Distinct());
            Assert.Single(rings.Select(ring => Convert.ToHexString(ring.PairwiseSecret.Span)).Distinct());
            Assert.NotEqual(rings[0].RefreshSecret.ToArray(), rings[0].PairwiseSecret.ToArray());
            Assert.Equal(["ES256", "RS256"], rings[0].Keys.Where(key => key.Signs).Select(key => key.Algorithm).Order(StringComparer.Ordinal));
            Assert.Equal(2, rings[0].Keys.Count);
        }
        finally
        {
            await nodes.DisposeAsync();
        }
    }

    [Fact]
    public async Task Keys_SignAndVerify_UnderTheThumbprintOfTheirPublicHalf()
    {
        await OnTwoNodesAsync(async nodes =>
        {
            var ring = await nodes.Keys(0).ReadAsync(CancellationToken.None);
            using var ec = ECDsa.Create();
            ec.ImportPkcs8PrivateKey(ring.Signing("ES256").PrivateKey.Span, out _);
            var point = ec.ExportParameters(false);
            Assert.Equal("1.2.840.10045.3.1.7", point.Curve.Oid.Value);
            Assert.Equal(
                ring.Signing("ES256").Id,
                Thumbprint($$"""{"crv":"P-256","kty":"EC","x":"{{Encode(point.Q.X!)}}","y":"{{Encode(point.Q.Y!)}}"}"""));

            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(ring.Signing("RS256").PrivateKey.Span, out _);
            var numbers = rsa.ExportParameters(false);
            Assert.Equal(2048, rsa.KeySize);
            Assert.Equal(ring.Signing("RS256").Id, Thumbprint($$"""{"e":"{{Encode(numbers.Exponent!)}}","kty":"RSA","n":"{{Encode(numbers.Modulus!)}}"}"""));
            Assert.Equal(ring.Signing("RS256").Id, ring.Find(ring.Signing("RS256").Id)!.Id);
            Assert.Null(ring.Find("unknown"));
            Assert.Null(ring.Find(null));
        });
    }

    [Fact]
    public void Thumbprint_IsThatOfRfc7638()
    {
        // The example of RFC 7638 §3.1.
        const string Modulus =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W"
            + "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08q"
            + "NLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        using var key = RSA.Create(new RSAParameters
        {
            Exponent = [1, 0, 1],
            Modulus = System.Buffers.Text.Base64Url.DecodeFromChars(Modulus),
        });
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", KeyCipher.Thumbprint(key));
    }

    [Fact]
    public async Task NextKey_IsPublishedBeforeItSigns_AndTheOldOneStaysUntilItsLastTokenIsOver()
    {
        await OnTwoNodesAsync(async nodes =>
        {
            var first = (await nodes.Keys(0).ReadAsync(CancellationToken.None)).Signing("ES256");

            // The time to publish the next one has not come.
            nodes.Time.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(2, (await nodes.Keys(1).ReadAsync(CancellationToken.None)).Keys.Count);

            // It has come: published, and not yet signing.
            nodes.Time.Advance(TimeSpan.FromMinutes(2));
            var ring = await nodes.Keys(1).ReadAsync(CancellationToken.None);
            Assert.Equal(4, ring.Keys.Count);
            Assert.Equal(first.Id, ring.Signing("ES256").Id);
            Assert.True(ring.Keys[0].Signs && ring.Keys[1].Signs && !ring.Keys[2].Signs && !ring.Keys[3].Signs);
            var next = ring.Keys.Single(key => key.Algorithm == "ES256" && !key.Signs);

            // Its turn has come; the old one is still there to verify.
            nodes.Time.Advance(TimeSpan.FromMinutes(61));
            ring = await nodes.Keys(0).ReadAsync(CancellationToken.None);
            Assert.Equal(next.Id, ring.Signing("ES256").Id);
            Assert.False(ring.Find(first.Id)!.Signs);
            Assert.True(ring.Find(first.Id)!.EndsAt > nodes.Time.GetUtcNow());

            // The last token that it signed is over; the sweeper, too, takes it away.
            nodes.Time.Advance(ring.Find(first.Id)!.EndsAt - nodes.Time.GetUtcNow() + TimeSpan.FromSeconds(1));
            await nodes.SweepAsync();
            ring = await nodes.Keys(1).ReadAsync(CancellationToken.None);
            Assert.Null(ring.Find(first.Id));
            Assert.NotNull(ring.Find(next.Id));
        });
    }

    [Fact]
    public async Task AfterALongStop_NothingIsSignedWithAKeyThatNobodyCouldFetch()
    {
        await OnTwoNodesAsync(async nodes =>
        {
            var first = (await nodes.Keys(0).ReadAsync(CancellationToken.None)).Signing("RS256");
            nodes.Time.Advance(TimeSpan.FromHours(30));
            var ring = await nodes.Keys(1).ReadAsync(CancellationToken.None);
            Assert.Equal(first.Id, ring.Signing("RS256").Id);
            var next = ring.Keys.Single(key => key.Algorithm == "RS256" && !key.Signs);
            nodes.Time.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(first.Id, (await nodes.Keys(0).ReadAsync(CancellationToken.None)).Signing("RS256").Id);
            nodes.Time.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(next.Id, (await nodes.Keys(0).ReadAsync(CancellationToken.None)).Signing("RS256").Id);
        });
    }

    [Fact]
    public async Task Maintained_AgainAndAgain_NothingChanges()
    {
        await OnTwoNodesAsync(async nodes =>
        {
            await nodes.SweepAsync();
            var before = await nodes.States(0).ReadAsync(Row, CancellationToken.None);
            await nodes.Grains(1).KeyRing().MaintainAsync();
            await nodes.Keys(0).ReadAsync(CancellationToken.None);
            await nodes.SweepAsync();
            Assert.Equal(before!.Version, (await nodes.States(0).ReadAsync(Row, CancellationToken.None))!.Version);
        });
    }

    [Fact]
    public async Task ARingThatAnOperatorDeleted_IsMadeAnew_ByOneOfThoseWhoAsk()
    {
        await OnTwoNodesAsync(async nodes =>
        {
            var before = await nodes.Keys(0).ReadAsync(CancellationToken.None);
            await nodes.Keys(1).ReadAsync(CancellationToken.None);
            await nodes.States(0).ClearAsync(Row, (await nodes.States(0).ReadAsync(Row, CancellationToken.None))!.Version, CancellationToken.None);
            var after = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => nodes.Keys(i % 2).ReadAsync(CancellationToken.None).AsTask()));
            Assert.NotEqual(before.Signing("ES256").Id, Assert.Single(after.Select(ring => ring.Signing("ES256").Id).Distinct()));
            Assert.All(after, ring => Assert.Null(ring.Find(before.Signing("ES256").Id)));
        });
    }

    [Fact]
    public async Task ARingThatCannotBeDecrypted_IsAFault_AndNotReplaced()
    {
        await OnTwoNodesAsync(async nodes =>
        {
            await nodes.Keys(0).ReadAsync(CancellationToken.None);
            foreach (var spoil in new Func<KeyRingState, KeyRingState>[]
            {
                ring => ring with { RefreshSecret = Flip(ring.RefreshSecret) },
                ring => ring with { RefreshSecret = ring.PairwiseSecret },
                ring => ring with { Keys = ring.Keys.SetItem(0, ring.Keys[0] with { PrivateKey = Flip(ring.Keys[0].PrivateKey) }) },
                ring => ring with { Keys = ring.Keys.SetItem(0, ring.Keys[0] with { PrivateKey = ring.Keys[1].PrivateKey }) },
                ring => ring with { Keys = ring.Keys.SetItem(0, ring.Keys[0] with { Id = "another" }) },
            })
            {
                var row = (await nodes.States(0).ReadAsync(Row, CancellationToken.None))!;
                var good = StateSerializer.Deserialize<KeyRingState>(row.Payload.Span);
                var version = await nodes.States(0).WriteAsync(Row, row.Version, StateSerializer.Serialize(spoil(good)), CancellationToken.None);
                await Assert.ThrowsAsync<KeyRingUnreadableException>(async () => await nodes.Keys(1).ReadAsync(CancellationToken.None));
                await nodes.SweepAsync();
                Assert.Equal(version, (await nodes.States(0).ReadAsync(Row, CancellationToken.None))!.Version);
                await nodes.States(0).WriteAsync(Row, version, row.Payload, CancellationToken.None);
                Assert.NotEmpty((await nodes.Keys(1).ReadAsync(CancellationToken.None)).Keys);
            }
        });
    }

    [Fact]
    public async Task Made_ItIsAudited_WithoutASecret_AndNothingUsableIsInTheRow()
    {
        await OnTwoNodesAsync(async nodes =>
        {
            var ring = await nodes.Keys(0).ReadAsync(CancellationToken.None);
            var row = Encoding.UTF8.GetString((await nodes.States(0).ReadAsync(Row, CancellationToken.None))!.Payload.Span);
            var entries = string.Join('\n', await nodes.Audit(0)
                .ListAsync(new AuditFilter(null, null, null, AuditActions.RotateKeys), CancellationToken.None)
                .Select(record => record.Entry.ToString())
                .ToListAsync());
            foreach (var key in ring.Keys)
            {
                Assert.Contains(key.Id, entries, StringComparison.Ordinal);
            }

            foreach (var secret in ring.Keys.Select(key => key.PrivateKey).Append(ring.RefreshSecret).Append(ring.PairwiseSecret))
            {
                foreach (var text in new[] { Convert.ToBase64String(secret.Span), Convert.ToHexString(secret.Span), Encode(secret.ToArray()) })
                {
                    Assert.DoesNotContain(text, row, StringComparison.OrdinalIgnoreCase);
                    Assert.DoesNotContain(text, entries, StringComparison.OrdinalIgnoreCase);
                }
            }

            // A key that is not encrypted would be found in what base64 hides, too.
            using var document = JsonDocument.Parse(row);
            var stored = document.RootElement.GetProperty("Keys").EnumerateArray().Select(key => key.GetProperty("PrivateKey").GetBytesFromBase64());
            Assert.All(stored, bytes => Assert.True(bytes.AsSpan().IndexOf(ring.Signing("ES256").PrivateKey.Span) < 0));
        });
    }

    [Theory]
    [InlineData(90, 1, 1, true)]
    [InlineData(1, 1, 1, false)]
    [InlineData(90, 31, 1, false)]
    [InlineData(90, 0, 1, false)]
    [InlineData(90, 1, 31, false)]
    [InlineData(90, 1, 0, false)]
    public void Options_AreChecked(int rotation, int before, int lifetime, bool valid) => Assert.Equal(
        valid,
        new KeyRingOptionsValidator().Validate(null, new KeyRingOptions
        {
            RotationInterval = TimeSpan.FromDays(rotation),
            PublishedBefore = TimeSpan.FromDays(before),
            LongestTokenLifetime = TimeSpan.FromDays(lifetime),
        }).Succeeded);

    private static async Task OnTwoNodesAsync(Func<GrainNodes, Task> test)
    {
        var nodes = new GrainNodes
        {
            Settings = new Dictionary<string, string?>
            {
                ["OAuth:Keys:RotationInterval"] = "02:00:00",
                ["OAuth:Keys:PublishedBefore"] = "01:00:00",
                ["OAuth:Keys:LongestTokenLifetime"] = "00:30:00",
            },
        };
        await nodes.InitializeAsync();
        try
        {
            await test(nodes);
        }
        finally
        {
            await nodes.DisposeAsync();
        }
    }

    private static byte[] Flip(byte[] bytes) => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];

    private static string Thumbprint(string members) => Encode(SHA256.HashData(Encoding.UTF8.GetBytes(members)));

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
