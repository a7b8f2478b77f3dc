using System.Diagnostics;
using Microsoft.Extensions.Options;
using Platform.Api.Users;
using Platform.Api.Users.Passwords;

namespace Platform.Bench;

/// <summary>The pure cost of a password's verification, one core: what logins a second are measured against.</summary>
internal static class PasswordHashes
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync()
    {
        using var hasher = new PasswordHasher(Options.Create(new UsersOptions()));
        var hash = await hasher.HashAsync("bench-password", CancellationToken.None);
        var watch = Stopwatch.StartNew();
        var count = 0;
        while (watch.Elapsed < Turn)
        {
            await hasher.VerifyAsync("bench-password", hash, CancellationToken.None);
            count++;
        }

        Console.WriteLine($"Password verifications, one after another     {count / watch.Elapsed.TotalSeconds,9:N1}/s");
        return 0;
    }
}
