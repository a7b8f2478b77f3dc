namespace Platform.Testing;

/// <summary>Waits for a condition, and says what was missing where it does not come.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="deadline">How long at most.</param>
    /// <param name="what">What is waited for, for the failure's words.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan deadline, string what)
    {
        // The one place that lets time pass: between two looks at the condition.
        using var ticks = new PeriodicTimer(s_pause);
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > deadline)
            {
                throw new TimeoutException($"Not within {deadline}: {what}");
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, TimeSpan, string)"/>
    public static Task TrueAsync(Func<bool> condition, TimeSpan deadline, string what) => TrueAsync(() => Task.FromResult(condition()), deadline, what);
}
