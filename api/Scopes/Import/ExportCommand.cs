using Platform.Api.Console;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Scopes.Import;

/// <summary>The command <c>export</c>.</summary>
internal sealed class ExportCommand(ScopeExporter exporter)
{
    internal async Task<int> RunAsync(ExportRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        var export = await exporter.ExportAsync(cancellationToken);
        await output.WriteAsync(ScopeFileWriter.Write(export, request.Format, request.Voms));
        return ExitCode.Ok;
    }
}
