namespace Platform.Storage;

/// <summary>
/// When something was last used, apart from its state and without versions: a late or repeated write of it changes nothing else,
/// and never brings back what has ended.
/// </summary>
public interface IActivityStore
{
    /// <summary>Starts the row of something new.</summary>
    /// <param name="key">What it is.</param>
    /// <param name="seenAt">Now.</param>
    /// <param name="endsAt">When it is over at the latest; the sweeper finds it by this.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask StartAsync(StateKey key, DateTimeOffset seenAt, DateTimeOffset endsAt, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the last use forward, where the row still exists and was last seen after <paramref name="notBefore"/>; otherwise does nothing.
    /// </summary>
    ValueTask TouchAsync(StateKey key, DateTimeOffset seenAt, DateTimeOffset notBefore, CancellationToken cancellationToken);

    /// <summary>Deletes the row, if there is one.</summary>
    ValueTask EndAsync(StateKey key, CancellationToken cancellationToken);

    /// <summary>The keys of a type that were last seen before <paramref name="seenBefore"/> or are over by <paramref name="endedBy"/>.</summary>
    ValueTask<IReadOnlyList<string>> FindOverAsync(string type, DateTimeOffset seenBefore, DateTimeOffset endedBy, int limit, CancellationToken cancellationToken);
}
