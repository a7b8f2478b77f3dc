using Microsoft.Extensions.Logging.Abstractions;

namespace Platform.Api.Http.Logs;

/// <summary>
/// Silences the framework's log categories that quote the request: hosting's "Request starting" has the query, Kestrel's bad
/// requests the target or a header. A level in the configuration could not be trusted with this: one for a single log provider
/// outranks any other. The platform's own access log says what operators need (invariant 6).
/// </summary>
internal sealed class QuietLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    private static readonly string[] Silent =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Http.Result",
        "Microsoft.AspNetCore.Routing",
    ];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => IsSilent(categoryName) ? NullLogger.Instance : inner.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private static bool IsSilent(string category)
    {
        foreach (var name in Silent)
        {
            if (category.StartsWith(name, StringComparison.Ordinal) && (category.Length == name.Length || category[name.Length] == '.'))
            {
                return true;
            }
        }

        return false;
    }
}
