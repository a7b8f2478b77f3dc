using Microsoft.Extensions.Options;
using Platform.Api.Users;
using Platform.Api.Users.Passwords;

namespace Platform.Users.Tests.Passwords;

public sealed class PasswordHasherTests
{
    [Fact]
    public async Task Verify_TakesThePassword_AndNoOther()
    {
        using var hasher = Hasher();
        var hash = await hasher.HashAsync("Tr0ub4dor & 3", default);
        Assert.StartsWith("$pbkdf2-sha512$i=210000$", hash, StringComparison.Ordinal);
        Assert.True(await hasher.VerifyAsync("Tr0ub4dor & 3", hash, default));
        foreach (var other in new[] { "tr0ub4dor & 3", "Tr0ub4dor & 3 ", " Tr0ub4dor & 3", "Tr0ub4dor  & 3", "" })
        {
            Assert.False(await hasher.VerifyAsync(other, hash, default));
        }

        Assert.NotEqual(hash, await hasher.HashAsync("Tr0ub4dor & 3", default));
        Assert.False(hasher.NeedsUpgrade(hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA")]
    public async Task Verify_OfAnUnreadableHash_IsNo(string stored)
    {
        using var hasher = Hasher();
        Assert.False(await hasher.VerifyAsync("plain text", stored, default));
        Assert.False(hasher.NeedsUpgrade(stored));
    }

    [Fact]
    public void NeedsUpgrade_OfALowerWorkFactor()
    {
        using var hasher = Hasher();
        Assert.True(hasher.NeedsUpgrade(PasswordHash.Create("a password", 1000).ToString()));
    }

    [Fact]
    public async Task WhatWaits_IsBounded()
    {
        using var hasher = Hasher(concurrency: 1, queue: 1);
        var tries = Enumerable.Range(0, 4).Select(_ => hasher.HashAsync("a password", default)).ToArray();
        await Assert.ThrowsAsync<PasswordQueueFullException>(() => tries[2]);
        await Assert.ThrowsAsync<PasswordQueueFullException>(() => tries[3]);
        await Task.WhenAll(tries[..2]);

        // The places are free again.
        Assert.NotEmpty(await hasher.HashAsync("a password", default));
    }

    private static PasswordHasher Hasher(int concurrency = 2, int queue = 100) =>
        new(Options.Create(new UsersOptions { Passwords = { Concurrency = concurrency, Queue = queue } }));
}
