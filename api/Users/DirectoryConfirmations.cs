using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>When this node last heard from a directory about each user. What it forgets is asked again, so it may forget.</summary>
internal sealed class DirectoryConfirmations(IOptions<UsersOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<UserKey, Entry> _entries = new();
    private readonly UsersOptions _options = options.Value;

    /// <summary>What is to be done before a yes.</summary>
    internal enum Need
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>The directory is to be asked; the yes need not wait for it.</summary>
        Soon,

        /// <summary>The directory is to be asked first.</summary>
        Now,
    }

    /// <summary>The number of users remembered.</summary>
    public int Count => _entries.Count;

    /// <summary>What is to be done before a yes to this user.</summary>
    public Need Of(UserKey user)
    {
        if (!_entries.TryGetValue(user, out var entry))
        {
            return Need.Now;
        }

        var age = entry.ConfirmedAt is { } confirmed ? time.GetElapsedTime(confirmed) : TimeSpan.MaxValue;
        if (age < _options.RecheckInterval / 2)
        {
            return Need.None;
        }

        return entry.SilentAt is { } silent && time.GetElapsedTime(silent) < _options.RecheckRetry
            ? Need.None
            : age < _options.RecheckInterval ? Need.Soon : Need.Now;
    }

    /// <summary>The directory said that the user is there and enabled.</summary>
    public void Confirm(UserKey user)
    {
        MakeRoom();
        _entries[user] = new Entry(time.GetTimestamp(), SilentAt: null);
    }

    /// <summary>The directory did not answer.</summary>
    public void NoteSilence(UserKey user)
    {
        MakeRoom();
        _entries.AddOrUpdate(
            user,
            static (_, now) => new Entry(ConfirmedAt: null, now),
            static (_, entry, now) => entry with { SilentAt = now },
            time.GetTimestamp());
    }

    /// <summary>The directory said no.</summary>
    public void Forget(UserKey user) => _entries.TryRemove(user, out _);

    private void MakeRoom()
    {
        if (_entries.Count < _options.RecheckCapacity)
        {
            return;
        }

        foreach (var user in _entries.Keys)
        {
            if (Of(user) == Need.Now)
            {
                Forget(user);
            }
        }

        if (_entries.Count >= _options.RecheckCapacity)
        {
            _entries.Clear();
        }
    }

    private readonly record struct Entry(long? ConfirmedAt, long? SilentAt);
}
