using Platform.Grains.Sessions;

namespace Platform.Api.Sessions;

/// <summary>
/// The session ids that came with a request, in the order in which they are tried. Few: each costs a look at the database, and a
/// client chooses how many it sends.
/// </summary>
internal struct SessionCandidates
{
    /// <summary>The number of ids looked at; what came after them counts for nothing.</summary>
    public const int Max = 8;

    private (SessionId Id, SessionArrival Arrival) _first;
    private List<(SessionId Id, SessionArrival Arrival)>? _rest;

    /// <summary>The number of ids.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    public readonly (SessionId Id, SessionArrival Arrival) this[int index] => index == 0 ? _first : _rest![index - 1];

    /// <summary>Takes an id that is one by its form and has not come before.</summary>
    public void Add(string? text, SessionArrival arrival)
    {
        if (Count == Max || !SessionId.TryParse(text, out var id))
        {
            return;
        }

        for (var index = 0; index < Count; index++)
        {
            if (this[index].Id == id)
            {
                return;
            }
        }

        if (Count == 0)
        {
            _first = (id, arrival);
        }
        else
        {
            (_rest ??= []).Add((id, arrival));
        }

        Count++;
    }
}
