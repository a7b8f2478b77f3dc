using System.Text;
using System.Text.Json;
using Platform.Api.Console.Administration.Answers;
using Platform.Api.Console.Control;

namespace Platform.Api.Console.Administration.Local;

/// <summary>Carries requests to the endpoints on the store itself, or in the server that has the store open.</summary>
/// <param name="store">The store, opened.</param>
/// <param name="actor">The operator, <c>console:name</c>.</param>
/// <param name="error">Where it is said what is in the way.</param>
internal sealed class LocalTransport(ConsoleStore store, string actor, IConsoleOutput error) : IAdminTransport
{
    private readonly AdminDispatcher? _dispatcher = store.Services is { } services ? new AdminDispatcher(services) : null;

    /// <inheritdoc/>
    public async Task<AdminAnswer> SendAsync(AdminCall call, Func<string, Task>? progress, CancellationToken cancellationToken)
    {
        var collector = new AnswerCollector(progress);
        var request = new AdminRequest(actor, call);
        if (_dispatcher is { } dispatcher)
        {
            await dispatcher.DispatchAsync(
                request,
                (status, contentType, etag) =>
                {
                    collector.Begin(status, contentType, etag);
                    return Task.CompletedTask;
                },
                collector.AddAsync,
                cancellationToken);
        }
        else
        {
            await ControlClient.RunAsync(store.ControlSocket!, request, new Pieces(collector, error), cancellationToken);
        }

        return collector.End() ?? throw new AdminUnreachableException("");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => store.DisposeAsync();

    /// <summary>Takes an answer's pieces off the socket's frames; a frame may hold a part of a line.</summary>
    private sealed class Pieces(AnswerCollector collector, IConsoleOutput error) : IConsoleOutput
    {
        private readonly StringBuilder _line = new();

        public async Task WriteAsync(string text)
        {
            foreach (var part in text.Split('\n').SkipLast(1))
            {
                var line = _line.Append(part).ToString();
                _line.Clear();
                var piece = JsonSerializer.Deserialize<AdminAnswerPiece>(line, JsonSerializerOptions.Web)!;
                if (piece.Status is { } status)
                {
                    collector.Begin(status, piece.ContentType, piece.ETag);
                }

                if (piece.Body is { } body)
                {
                    await collector.AddAsync(body);
                }
            }

            _line.Append(text.AsSpan(text.LastIndexOf('\n') + 1));
        }

        public Task WriteErrorAsync(string text) => error.WriteErrorAsync(text);
    }
}
