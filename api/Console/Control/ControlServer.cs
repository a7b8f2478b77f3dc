using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Platform.Api.Scopes.Import;
using Platform.Storage;

namespace Platform.Api.Console.Control;

/// <summary>
/// Takes commands while this process has a SQLite store open. It is a server of its own on a Unix domain socket, apart from the one
/// that clients reach: no route of it exists there, whatever is misconfigured. Who may connect is the file system's say (0700, 0600).
/// </summary>
internal sealed partial class ControlServer(
    StorageStart storage, IOptions<StorageOptions> options, IServiceProvider services, ILogger<ControlServer> logger) : IHostedService
{
    private WebApplication? _server;
    private ControlSocket? _socket;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.IsPostgreSql)
        {
            // Shared by nature: a command opens the database itself.
            return;
        }

        try
        {
            _socket = ControlSocket.Prepare(Path.GetFullPath(options.Value.Path));
            _server = Build(_socket.Path);
            await _server.StartAsync(cancellationToken);
            _socket.Restrict();
            storage.AnnounceControlSocket(_socket.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // Logins need no control socket; commands say that they have to wait until the server is stopped.
            LogNoSocket(logger, e);
            await StopAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is { } server)
        {
            storage.AnnounceControlSocket(null);
            await server.StopAsync(cancellationToken);
            await server.DisposeAsync();
            _server = null;
        }

        _socket?.Delete();
        _socket = null;
    }

    private WebApplication Build(string socketPath)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "control" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(socketPath, listen => listen.Protocols = HttpProtocols.Http1);

            // An import's file in base64, with room for the rest of the request.
            kestrel.Limits.MaxRequestBodySize = (ScopeFile.MaxBytes * 4L / 3) + (1024 * 1024);
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        var server = builder.Build();
        server.Run(HandleAsync);
        return server;
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path != ControlFrame.Path || !HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await ReadAsync(context) is not { } request)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        context.Response.ContentType = ControlFrame.ContentType;
        var output = new ControlOutput(context.Response.Body);
        int exit;
        try
        {
            exit = await new ConsoleCommands(services).RunAsync(request, output, context.RequestAborted);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(logger, request.GetType().Name, e);
            await output.WriteErrorLineAsync("The command failed in the server; its log says why.");
            exit = ExitCode.Failed;
        }

        await output.WriteExitAsync(exit);
    }

    private static async Task<ConsoleRequest?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<ConsoleRequest>(context.Request.Body, JsonSerializerOptions.Web, context.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // Not from a client of this version.
            return null;
        }
    }

    private sealed class ControlOutput(Stream body) : IConsoleOutput
    {
        public Task WriteAsync(string text) => WriteAsync(new ControlFrame(Out: text));

        public Task WriteErrorAsync(string text) => WriteAsync(new ControlFrame(Error: text));

        internal Task WriteExitAsync(int exit) => WriteAsync(new ControlFrame(Exit: exit));

        private async Task WriteAsync(ControlFrame frame)
        {
            await JsonSerializer.SerializeAsync(body, frame, JsonSerializerOptions.Web);
            await body.WriteAsync("\n"u8.ToArray());
            await body.FlushAsync();
        }
    }
}
