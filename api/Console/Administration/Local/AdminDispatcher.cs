using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Template;
using Platform.Api.Administration;
using Platform.Api.Administration.Http;
using Platform.Api.Http;

namespace Platform.Api.Console.Administration.Local;

/// <summary>
/// Runs the administration's endpoints for the operator at the machine, without a server: the same routes and handlers, on the services of
/// this process. The operator is a feature of the request that only this class sets; nothing that comes over the network leads here.
/// </summary>
internal sealed class AdminDispatcher
{
    private const string ActorPrefix = "console:";

    private readonly IServiceProvider _services;
    private readonly (TemplateMatcher Matcher, RouteEndpoint Endpoint)[] _routes;
    private readonly RequestDelegate _pipeline;

    public AdminDispatcher(IServiceProvider services)
    {
        _services = services;
        var table = new RouteTable(services);
        table.MapAdministrators();
        _routes = [.. table.DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<OperatorAccess>() is not null)
            .OrderBy(endpoint => endpoint.Order)
            .ThenBy(endpoint => endpoint.RoutePattern.InboundPrecedence)
            .Select(endpoint => (new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), new RouteValueDictionary(endpoint.RoutePattern.Defaults)), endpoint))];
        var pipeline = new ApplicationBuilder(services);
        pipeline.UseMiddleware<ProblemMiddleware>();
        pipeline.Run(RouteAsync);
        _pipeline = pipeline.Build();
    }

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="begin">Gets status, media type and entity tag before the first byte of the body.</param>
    /// <param name="write">Gets the body's pieces.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task DispatchAsync(
        AdminRequest request, Func<int, string?, string?, Task> begin, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        await using var scope = _services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellationToken };
        context.Features.Set(new OperatorActor(request.Actor.StartsWith(ActorPrefix, StringComparison.Ordinal) ? request.Actor[ActorPrefix.Length..] : request.Actor));
        Fill(context.Request, request.Call);
        var body = new AnswerStream(() => BeginAsync(context.Response, begin), write);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        await _pipeline(context);
        await context.Response.CompleteAsync();
        await body.CompleteAsync();
    }

    private static void Fill(HttpRequest request, AdminCall call)
    {
        var question = call.Path.IndexOf('?', StringComparison.Ordinal);
        request.Scheme = "http";
        request.Host = new HostString("localhost");
        request.Method = call.Method;
        request.Path = PathString.FromUriComponent(question < 0 ? call.Path : call.Path[..question]);
        request.QueryString = new QueryString(question < 0 ? "" : call.Path[question..]);
        foreach (var (name, value) in call.Headers)
        {
            request.Headers[name] = value;
        }

        if (call.ContentType is { } type)
        {
            request.ContentType = type;
            request.ContentLength = call.Body.Length;
            request.Body = new MemoryStream(call.Body, writable: false);
        }
    }

    private static Task BeginAsync(HttpResponse response, Func<int, string?, string?, Task> begin) =>
        begin(response.StatusCode, response.ContentType, response.Headers.ETag is [{ } etag, ..] ? etag : null);

    private async Task RouteAsync(HttpContext context)
    {
        var known = false;
        foreach (var (matcher, endpoint) in _routes)
        {
            var values = new RouteValueDictionary();
            if (!matcher.TryMatch(context.Request.Path, values))
            {
                continue;
            }

            known = true;
            if (endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { } methods || methods.HttpMethods.Contains(context.Request.Method))
            {
                context.Request.RouteValues = values;
                context.SetEndpoint(endpoint);
                await endpoint.RequestDelegate!(context);
                return;
            }
        }

        context.Response.StatusCode = known ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound;
    }

    private sealed class RouteTable(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }

    /// <summary>Hands on what an endpoint writes; the head goes first, when the first byte does.</summary>
    private sealed class AnswerStream(Func<Task> begin, Func<ReadOnlyMemory<byte>, Task> write) : Stream
    {
        private bool _begun;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public async Task CompleteAsync()
        {
            if (!_begun)
            {
                _begun = true;
                await begin();
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length > 0)
            {
                await CompleteAsync();
                await write(buffer);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are written asynchronously.");

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
