using Microsoft.Extensions.Logging;
using Platform.Grains.Sessions;

namespace Platform.Grains.Administration.Sessions;

/// <summary>
/// What is left to do once sessions are over by their users' rows: their own rows and documents go, and their clients are told. Where no engine runs,
/// as in a command on the database, the sweeper does it later.
/// </summary>
internal sealed partial class EndedSessions(IEnumerable<ISessionTidying> tidying, ILogger<EndedSessions> logger)
{
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 8 };

    private readonly ISessionTidying? _tidying = tidying.FirstOrDefault();

    /// <summary>Does it. What fails is done by the sweeper: no node says yes to these sessions any more, and the act has been answered for.</summary>
    /// <param name="keys">The sessions' keys.</param>
    public async Task TidyAsync(IEnumerable<string> keys)
    {
        if (_tidying is null)
        {
            return;
        }

        await Parallel.ForEachAsync(keys, AtOnce, async (key, _) =>
        {
            try
            {
                await _tidying.EndAsync(new SessionKey(key));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogLeft(e);
            }
        });
    }
}

/// <summary>Ends sessions' own rows where an engine runs.</summary>
public interface ISessionTidying
{
    /// <summary>Ends one: its row, its documents, and its clients are told.</summary>
    Task EndAsync(SessionKey key);
}
