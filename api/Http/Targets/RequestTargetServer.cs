using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Platform.Api.Policies.ForwardAuth;

namespace Platform.Api.Http.Targets;

/// <summary>
/// Cleans the request target before hosting sees the request. Hosting writes its "Request starting" log, its log scope, its event
/// source and its trace before the first middleware runs; a session id that is still in the path then is in all of them.
/// </summary>
internal sealed class RequestTargetServer(IServer inner) : IServer
{
    /// <inheritdoc/>
    public IFeatureCollection Features => inner.Features;

    /// <inheritdoc/>
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull =>
        inner.StartAsync(new CleanedApplication<TContext>(application), cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private static void Clean(IFeatureCollection features)
    {
        if (features.Get<IHttpRequestFeature>() is not { } request)
        {
            return;
        }

        if (AppendedTarget.Of(request.RawTarget) is { } appended)
        {
            request.Path = AppendedTarget.Endpoint;
            request.QueryString = "";
            request.RawTarget = AppendedTarget.Endpoint;
            features.Set(appended);
            return;
        }

        if (RequestTargetParser.Parse(request.RawTarget) is not { } target)
        {
            return;
        }

        request.Path = target.Path;
        request.QueryString = target.Query;
        request.RawTarget = target.Path;
        features.Set(target);
    }

    private sealed class CleanedApplication<TContext>(IHttpApplication<TContext> application) : IHttpApplication<TContext>
        where TContext : notnull
    {
        public TContext CreateContext(IFeatureCollection contextFeatures)
        {
            Clean(contextFeatures);
            return application.CreateContext(contextFeatures);
        }

        public Task ProcessRequestAsync(TContext context) => application.ProcessRequestAsync(context);

        public void DisposeContext(TContext context, Exception? exception) => application.DisposeContext(context, exception);
    }
}
