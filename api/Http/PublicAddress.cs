using Microsoft.Extensions.Options;

namespace Platform.Api.Http;

/// <summary>
/// Gives each request the scheme and host of <see cref="FrontOptions.PublicUrl"/>. What a client or a proxy says about them counts
/// for nothing, and behind a proxy that ends TLS cookies are secure all the same.
/// </summary>
internal sealed class PublicAddress
{
    private readonly RequestDelegate _next;
    private readonly string? _scheme;
    private readonly HostString _host;

    public PublicAddress(RequestDelegate next, IOptions<FrontOptions> front)
    {
        _next = next;
        if (!string.IsNullOrEmpty(front.Value.PublicUrl))
        {
            var url = new Uri(front.Value.PublicUrl);
            _scheme = url.Scheme;
            _host = HostString.FromUriComponent(url);
        }
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (_scheme is not null)
        {
            context.Request.Scheme = _scheme;
            context.Request.Host = _host;
        }

        return _next(context);
    }
}
