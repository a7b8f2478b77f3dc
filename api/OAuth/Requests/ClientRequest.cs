using Platform.Api.Http.Wire;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Requests;

/// <summary>A request of a client at an endpoint that takes a form, on its way; each step adds what it found out.</summary>
/// <param name="context">The HTTP request.</param>
internal class ClientRequest(HttpContext context)
{
    /// <summary>The HTTP request.</summary>
    public HttpContext Http => context;

    /// <summary>Ends waits when the client hangs up.</summary>
    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>The form.</summary>
    public Parameters Form { get; set; } = Parameters.None;

    /// <summary>Who asks; set once they have proved it.</summary>
    public LiveClient Client { get; set; } = null!;

    /// <summary>What the client is.</summary>
    public ClientDefinition Definition => Client.Client.Definition;

    /// <summary>The DPoP key that the request proves; null: none.</summary>
    public string? DpopThumbprint { get; set; }

    /// <summary>What the request asks for.</summary>
    public RequestedAccess Asked { get; set; } = null!;
}

/// <summary>One concern of an endpoint.</summary>
/// <typeparam name="TRequest">The requests that it is for.</typeparam>
internal interface IClientStep<in TRequest>
    where TRequest : ClientRequest
{
    /// <summary>Does its part.</summary>
    /// <returns>The error that ends the request; null: it goes on.</returns>
    ValueTask<OAuthError?> RunAsync(TRequest request);
}

/// <summary>Runs the steps of an endpoint.</summary>
internal static class ClientSteps
{
    /// <summary>Runs them in their order.</summary>
    /// <returns>False where one of them ended the request, which has been answered then.</returns>
    public static async ValueTask<bool> PassAsync<TRequest>(this IClientStep<TRequest>[] steps, TRequest request)
        where TRequest : ClientRequest
    {
        foreach (var step in steps)
        {
            if (await step.RunAsync(request) is { } refusal)
            {
                await refusal.WriteAsync(request.Http);
                return false;
            }
        }

        return true;
    }
}
