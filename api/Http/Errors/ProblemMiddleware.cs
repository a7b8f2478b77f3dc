using System.Globalization;
using Platform.Api.Users.Passwords;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;
using Platform.Storage;

namespace Platform.Api.Http;

/// <summary>Turns what was thrown, and bare error statuses of the framework, into problem documents.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private static readonly TimeSpan StorageRetryAfter = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer. The status is for the access log.
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }

            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, exception);
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null && response.ContentType is null)
        {
            await Problems.WriteAsync(context, HttpErrors.OfStatus(response.StatusCode));
        }
    }

    private Task AnswerAsync(HttpContext context, Exception exception)
    {
        context.Response.Clear();
        SecurityHeaders.Set(context.Response);
        switch (exception)
        {
            case StorageUnavailableException or StateUnavailableException:
                LogStorageUnavailable(exception);
                return AnswerUnavailable(context);
            case PolicySetUnreadableException:
                LogPoliciesUnreadable(exception);
                return Problems.WriteAsync(context, HttpErrors.PoliciesUnreadable);
            case KeyRingUnreadableException:
                LogKeysUnreadable(exception);
                return Problems.WriteAsync(context, HttpErrors.KeysUnreadable);
            case PasswordQueueFullException:
                context.Response.Headers.RetryAfter = "1";
                return Problems.WriteAsync(context, HttpErrors.Busy);
            case ConflictException or StateConflictException:
                return Problems.WriteAsync(context, HttpErrors.Conflict);
            case BadHttpRequestException bad:
                // Its message may quote the request; the status says enough.
                return Problems.WriteAsync(context, HttpErrors.OfStatus(bad.StatusCode));
            default:
                LogFailed(exception, context.Request.Method);
                return Problems.WriteAsync(context, HttpErrors.Internal);
        }
    }

    private static Task AnswerUnavailable(HttpContext context)
    {
        context.Response.Headers.RetryAfter = ((int)StorageRetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Problems.WriteAsync(context, HttpErrors.StorageUnavailable);
    }
}
