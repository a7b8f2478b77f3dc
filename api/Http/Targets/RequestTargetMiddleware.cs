namespace Platform.Api.Http.Targets;

/// <summary>Answers requests whose target <see cref="RequestTargetServer"/> found at fault, before anything reads their path.</summary>
internal sealed class RequestTargetMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<RequestTarget>()?.Refusal is { } refusal
            ? Problems.WriteAsync(context, refusal.Error, place: refusal.Place)
            : next(context);
}
