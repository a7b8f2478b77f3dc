using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Net;
using System.Text;
using System.Web;

namespace Platform.Clients.Tests.Support;

/// <summary>A client that listens on loopback: for logout tokens (Back-Channel Logout §2.5), and for browsers that come back with a code.</summary>
internal sealed class LoopbackClient : IDisposable
{
    private readonly HttpListener _listener = new();

    private LoopbackClient(Uri address)
    {
        Address = address;
        _listener.Prefixes.Add(address.ToString());
        _listener.Start();
        _ = Task.Run(RunAsync);
    }

    public Uri Address { get; }

    /// <summary>Logout tokens, as they came.</summary>
    public ConcurrentQueue<string> LogoutTokens { get; } = new();

    /// <summary>Forms that were posted, logout tokens among them.</summary>
    public ConcurrentQueue<NameValueCollection> Forms { get; } = new();

    /// <summary>The targets that browsers opened.</summary>
    public ConcurrentQueue<Uri> Visits { get; } = new();

    public static LoopbackClient Start() => new(new Uri($"http://127.0.0.1:{Testing.FreePort.Next()}/"));

    public void Dispose() => _listener.Close();

    private async Task RunAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            if (context.Request.HttpMethod == "POST")
            {
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var form = HttpUtility.ParseQueryString(await reader.ReadToEndAsync());
                Forms.Enqueue(form);
                if (form["logout_token"] is { } token)
                {
                    LogoutTokens.Enqueue(token);
                }
            }
            else
            {
                Visits.Enqueue(context.Request.Url!);
            }

            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Close("<!DOCTYPE html><html lang=en><title>Client</title><link rel=icon href=data:,><h1>Client</h1>"u8.ToArray(), willBlock: false);
        }
    }
}
