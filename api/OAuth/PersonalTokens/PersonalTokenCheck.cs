using Platform.Api.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;

namespace Platform.Api.OAuth.PersonalTokens;

/// <summary>Finds what a personal token opens, where it counts now and its user's directory still vouches for them.</summary>
internal sealed class PersonalTokenCheck(IOAuthCheck check, IDirectoryRecheck directories)
{
    private const int MaxLength = 128;

    /// <summary>What the token opens; null where it does not count.</summary>
    /// <param name="text">The token as it came.</param>
    /// <param name="policies">What is asked of the policies at the same instant; null: nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<LivePersonalToken?> FindLiveAsync(string text, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        if (text.Length is 0 or > MaxLength || await check.FindLiveAsync(SecretKey.FromSecret(text), policies, cancellationToken) is not { } live)
        {
            return null;
        }

        var confirmation = directories.ConfirmAsync(live.User.Key, cancellationToken);
        var asked = !confirmation.IsCompleted;
        if (!await confirmation)
        {
            return null;
        }

        // The directory may have taken away what the token was found with (invariant 2).
        return asked ? await check.FindLiveAsync(SecretKey.FromSecret(text), policies, cancellationToken) : live;
    }
}
