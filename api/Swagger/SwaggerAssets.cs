using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;

namespace Platform.Api.Swagger;

/// <summary>A file of Swagger UI.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Compressed">Its bytes, gzipped.</param>
internal sealed record SwaggerAsset(string MediaType, byte[] Compressed);

/// <summary>The files of Swagger UI that the page needs, from the package's assembly, and our own beside them; nothing else of it is served.</summary>
internal static class SwaggerAssets
{
    private const string Package = "Swashbuckle.AspNetCore.SwaggerUI";

    /// <summary>All files, by name.</summary>
    public static FrozenDictionary<string, SwaggerAsset> All { get; } = new Dictionary<string, SwaggerAsset>(StringComparer.Ordinal)
    {
        ["swagger-ui.css"] = OfPackage("swagger-ui.css", "text/css; charset=utf-8"),
        ["swagger-ui-bundle.js"] = OfPackage("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ["oauth2-redirect.html"] = OfPackage("oauth2-redirect.html", "text/html; charset=utf-8"),
        ["oauth2-redirect.js"] = OfPackage("oauth2-redirect.js", "text/javascript; charset=utf-8"),
        ["favicon-32x32.png"] = OfPackage("favicon-32x32.png", "image/png"),
        ["page.js"] = Ours("page.js", "text/javascript; charset=utf-8"),
        ["page.css"] = Ours("page.css", "text/css; charset=utf-8"),
    }.ToFrozenDictionary();

    private static SwaggerAsset OfPackage(string name, string mediaType) =>
        new(mediaType, Compress(Read(Assembly.Load(Package), $"{Package}.node_modules.swagger_ui_dist.{name}")));

    private static SwaggerAsset Ours(string name, string mediaType) =>
        new(mediaType, Compress(Read(typeof(SwaggerAssets).Assembly, $"Platform.Api.Swagger.{name}")));

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in {assembly.GetName().Name}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>The package has its files compressed already.</summary>
    private static byte[] Compress(byte[] content)
    {
        if (content is [0x1F, 0x8B, ..])
        {
            return content;
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }
}
