using System.Net.Http.Headers;
using Platform.Api.Console.Administration.Answers;

namespace Platform.Api.Console.Administration.Remote;

/// <summary>Carries requests to a server, with a login's access token.</summary>
internal sealed class RemoteTransport : IAdminTransport
{
    private const int PieceBytes = 16 * 1024;

    private readonly RemoteConnection _connection;
    private readonly RemoteLogin _login;
    private string? _token;

    public RemoteTransport(RemoteOptions options, IConsoleOutput terminal, TimeProvider time)
    {
        _connection = RemoteConnection.Open(options);
        _login = new RemoteLogin(options, _connection, terminal, time);
    }

    /// <inheritdoc/>
    public async Task<AdminAnswer> SendAsync(AdminCall call, Func<string, Task>? progress, CancellationToken cancellationToken)
    {
        _token ??= await _login.FindTokenAsync(null, cancellationToken);
        var answer = await SendWithAsync(_token, call, progress, cancellationToken);
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            // Withdrawn since it was kept; nothing was done with it.
            _token = await _login.FindTokenAsync(_token, cancellationToken);
            answer = await SendWithAsync(_token, call, progress, cancellationToken);
        }

        return answer;
    }

    /// <summary>Logs out.</summary>
    /// <returns>False where nobody was logged in.</returns>
    public Task<bool> LogOutAsync(CancellationToken cancellationToken) => _login.LogOutAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<AdminAnswer> SendWithAsync(string token, AdminCall call, Func<string, Task>? progress, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(call.Method), new Uri(call.Path[1..], UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in call.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (call.ContentType is { } type)
        {
            request.Content = new ByteArrayContent(call.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var response = await _connection.SendAsync(request, cancellationToken);
        var collector = new AnswerCollector(progress);
        collector.Begin((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Headers.ETag?.ToString());
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var piece = new byte[PieceBytes];
            int read;
            while ((read = await body.ReadAsync(piece, cancellationToken)) > 0)
            {
                await collector.AddAsync(piece.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AdminUnreachableException("The server went away before it answered. Whether the command took effect is not known; it can be repeated.", e);
        }

        return collector.End()!;
    }
}
