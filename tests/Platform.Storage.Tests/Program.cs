using System.Text;
using Platform.Storage.Tests;

// The process that the crash tests kill: writes new rows, eight at a time, and names each one once it was acknowledged.
// The arguments are a setting of the storage and its value.
await using var host = await StoreHost.StartAsync(args[0], args[1]);
var acknowledged = Console.Out;
await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
{
    for (var i = 0; ; i++)
    {
        var key = $"{writer}-{i}";
        var version = await host.States.WriteAsync(new Platform.Storage.StateKey("crash", key), 0, Encoding.UTF8.GetBytes(key), default);
        await acknowledged.WriteLineAsync($"ack {key} {version}");
    }
}));
