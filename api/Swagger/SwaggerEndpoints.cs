using System.Buffers;
using System.IO.Compression;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;

namespace Platform.Api.Swagger;

/// <summary>Swagger UI over the OpenAPI document, under a policy of its own: it is a page made of scripts, all of them from here.</summary>
internal sealed class SwaggerEndpoints(IOptions<SwaggerOptions> options)
{
    private const string Path = "/swagger";

    // Swagger UI puts style attributes and data: images into the page; scripts it needs none but its files.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps the page and its files.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<SwaggerEndpoints>();
        routes.MapMethods(Path, ["GET", "HEAD"], endpoints.ShowAsync).ForAnyoneUnseen().Offering(Offers.Own).ExcludeFromDescription();
        routes.MapMethods(Path + "/{file}", ["GET", "HEAD"], SendAsync).ForAnyoneUnseen().Offering(Offers.Own).ExcludeFromDescription();
    }

    private static Task SendAsync(HttpContext context)
    {
        if (context.Request.RouteValues["file"] is not string name || !SwaggerAssets.All.TryGetValue(name, out var asset))
        {
            return Problems.WriteAsync(context, HttpErrors.NotFound);
        }

        // The page that the code comes back to is in the window that Swagger UI opened.
        SecurityHeaders.StayWithOpener(context.Response);
        Protect(context.Response.Headers);
        context.Response.Headers.CacheControl = "public, max-age=3600";
        context.Response.Headers.Vary = "Accept-Encoding";
        context.Response.ContentType = asset.MediaType;
        return context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase)
            ? SendCompressedAsync(context, asset)
            : SendPlainAsync(context, asset);
    }

    private static Task SendCompressedAsync(HttpContext context, SwaggerAsset asset)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        return SendAsync(context, asset.Compressed);
    }

    private static async Task SendPlainAsync(HttpContext context, SwaggerAsset asset)
    {
        using var plain = new MemoryStream();
        await using (var gzip = new GZipStream(new MemoryStream(asset.Compressed), CompressionMode.Decompress))
        {
            await gzip.CopyToAsync(plain, context.RequestAborted);
        }

        await SendAsync(context, plain.ToArray());
    }

    private static Task SendAsync(HttpContext context, byte[] bytes)
    {
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.BodyWriter.Write(bytes);
        }

        return Task.CompletedTask;
    }

    private static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";
    }

    private Task ShowAsync(HttpContext context)
    {
        if (!options.Value.Enabled)
        {
            return Problems.WriteAsync(context, HttpErrors.NotFound);
        }

        SecurityHeaders.MayOpenWindows(context.Response);
        Protect(context.Response.Headers);
        var page = Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>API – Platform</title>
            <link rel="icon" type="image/png" href="/swagger/favicon-32x32.png">
            <link rel="stylesheet" href="/swagger/swagger-ui.css">
            <link rel="stylesheet" href="/swagger/page.css">
            </head>
            <body>
            <div id="swagger-ui" data-client="{options.Value.Client}"></div>
            <script src="/swagger/swagger-ui-bundle.js"></script>
            <script src="/swagger/page.js"></script>
            </body>
            </html>

            """);
        return Answer.WriteTextAsync(context, StatusCodes.Status200OK, "text/html; charset=utf-8", page.ToString());
    }
}
