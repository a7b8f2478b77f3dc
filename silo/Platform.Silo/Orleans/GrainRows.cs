using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Silo;

/// <summary>The storage of grain state: Orleans' ADO.NET provider on the rows that both engines share.</summary>
internal static class GrainRowsRegistration
{
    private const string Rows = "platform-rows";

    /// <summary>The name of the storage that grains get which name none.</summary>
    public const string Default = "Default";

    /// <summary>Adds it under these names.</summary>
    public static void AddGrainRows(this ISiloBuilder silo, Action<AdoNetGrainStorageOptions> connect, params string[] names)
    {
        silo.AddAdoNetGrainStorage(Rows, (AdoNetGrainStorageOptions options) =>
        {
            connect(options);
            options.GrainStorageSerializer = new GrainStateSerializer();

            // Cleared state leaves no row: what is over leaves the database (invariant 5).
            options.DeleteStateOnClear = true;
        });
        foreach (var name in names)
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(name, (provider, _) => new GrainRows(
                provider.GetRequiredKeyedService<IGrainStorage>(Rows), provider.GetRequiredService<IGrainContextAccessor>()));
        }
    }
}

/// <summary>Grain state in the same JSON on both engines.</summary>
internal sealed class GrainStateSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(StateSerializer.Serialize(input));

    public T Deserialize<T>(BinaryData input) => StateSerializer.Deserialize<T>(input.ToMemory().Span);
}

/// <summary>
/// Stands between the grains and the provider for three reasons: a database that does not answer is reported with an exception that
/// crosses between processes, which a driver's own does not; an activation whose write met a newer row is discarded even where the
/// grain catches the exception; and keys that the provider would not keep as they are, are refused.
/// </summary>
internal sealed class GrainRows(IGrainStorage rows, IGrainContextAccessor current) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        TranslateAsync(grainId, () => rows.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        TranslateAsync(grainId, () => rows.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        TranslateAsync(grainId, () => rows.ClearStateAsync(stateName, grainId, grainState));

    private async Task TranslateAsync(GrainId grainId, Func<Task> call)
    {
        Check(grainId.Key.ToString()!);
        try
        {
            await call();
        }
        catch (InconsistentStateException)
        {
            // Without the exception: calls that wait would fail with it instead of going to the next activation.
            current.GrainContext?.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, "Another node wrote first."));
            throw;
        }
        catch (Exception exception) when (exception.GetBaseException() is DbException or SocketException or IOException or TimeoutException)
        {
            throw new StateUnavailableException("The database does not answer.");
        }
    }

    // The provider keeps a key that reads as a number or a Guid in numeric columns, where 'ab', 'AB' and '00ab' are one row.
    private static void Check(string key)
    {
        var plus = key.IndexOf('+', StringComparison.Ordinal);
        var head = plus < 0 ? key : key[..plus];
        if (head.Length == 0 || Guid.TryParseExact(head, "N", out _) || long.TryParse(head, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _))
        {
            throw new NotSupportedException("A grain with state needs a key that does not read as a hexadecimal number: give its keys a prefix.");
        }
    }
}
