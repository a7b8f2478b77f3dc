using Microsoft.AspNetCore.Http.Features;

namespace Platform.Api.Http.Wire;

/// <summary>Bodies that have a limit of their own.</summary>
internal static class LimitedBody
{
    /// <summary>The body; null where it is over the limit, whatever length it announced.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit)
        {
            return null;
        }

        AllowServer(context, null);

        using var body = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (body.Length + read > limit)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>How many bytes of the body the server itself reads at most; null for any number. Once reading began, nothing changes.</summary>
    public static void AllowServer(HttpContext context, long? limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }
    }
}
