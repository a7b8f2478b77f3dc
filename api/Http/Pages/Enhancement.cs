using System.Reflection;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;

namespace Platform.Api.Http.Pages;

/// <summary>The one script of the console and the account pages: it asks before what cannot be undone, and opens branches in place. Nothing needs it.</summary>
internal static class Enhancement
{
    /// <summary>Its address.</summary>
    public const string Path = "/enhance.js";

    private static readonly string Text = Read();

    /// <summary>Maps it.</summary>
    public static void MapEnhancement(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, ["GET", "HEAD"], WriteAsync).ForAnyoneUnseen().Offering(Offers.Own).ExcludeFromDescription();

    private static Task WriteAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Answer.WriteTextAsync(context, StatusCodes.Status200OK, "text/javascript; charset=utf-8", Text);
    }

    private static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("enhance.js")
            ?? throw new InvalidOperationException("The script is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
