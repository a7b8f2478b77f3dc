using System.Text.Json;

namespace Platform.Api.Console.Administration.Local;

/// <summary>Runs an <see cref="AdminRequest"/> and writes its answer as lines of <see cref="AdminAnswerPiece"/>, as the control socket carries them.</summary>
internal sealed class AdminRequests(AdminDispatcher dispatcher)
{
    internal async Task<int> RunAsync(AdminRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        await dispatcher.DispatchAsync(
            request,
            (status, contentType, etag) => WriteAsync(output, new AdminAnswerPiece(status, contentType, etag)),
            piece => WriteAsync(output, new AdminAnswerPiece(Body: piece.ToArray())),
            cancellationToken);
        return ExitCode.Ok;
    }

    private static Task WriteAsync(IConsoleOutput output, AdminAnswerPiece piece) =>
        output.WriteLineAsync(JsonSerializer.Serialize(piece, JsonSerializerOptions.Web));
}
