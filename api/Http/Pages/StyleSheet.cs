using System.Reflection;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;

namespace Platform.Api.Http.Pages;

/// <summary>The one style sheet, from the assembly: a node is one file set, and nothing on disk is served.</summary>
internal static class StyleSheet
{
    /// <summary>Its address.</summary>
    public const string Path = "/style.css";

    private static readonly string Text = Read();

    /// <summary>Maps it.</summary>
    public static void MapStyleSheet(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, ["GET", "HEAD"], WriteAsync).ForAnyoneUnseen().Offering(Offers.Own).ExcludeFromDescription();

    private static Task WriteAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Answer.WriteTextAsync(context, StatusCodes.Status200OK, "text/css; charset=utf-8", Text);
    }

    /// <summary>Its parts, in the order in which later ones win.</summary>
    private static string Read() => string.Concat(new[] { "style", "frame", "forms", "tables", "tree" }.Select(ReadPart));

    private static string ReadPart(string part)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Platform.Api.Http.Pages.{part}.css")
            ?? throw new InvalidOperationException($"The part '{part}' of the style sheet is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
