namespace Platform.Api.Http.Wire;

/// <summary>The format of the answer to a request.</summary>
internal static class WireContext
{
    /// <summary>The calls of gCube, whose errors are XML too unless asked otherwise, errors of routing included.</summary>
    private static readonly string[] XmlPaths = ["/Login", "/Logout", "/ListInfrastructureScopes", "/LoginScope"];

    /// <summary>The format of the answer.</summary>
    public static WireFormat Format(this HttpContext context)
    {
        var offers = context.GetEndpoint()?.Metadata.GetMetadata<Offers>() ?? Offers.JsonFirst;
        return Negotiation.Choose(context.Request.Headers.Accept, offers) ?? offers.Formats[0];
    }

    /// <summary>The format of an error; one that the request does not accept is better than none.</summary>
    public static WireFormat ErrorFormat(this HttpContext context)
    {
        var offers = context.GetEndpoint()?.Metadata.GetMetadata<Offers>()?.ForErrors
            ?? (IsXmlPath(context.Request.Path) ? Offers.XmlFirstOrPage : Offers.JsonFirstOrPage);
        return Negotiation.Choose(context.Request.Headers.Accept, offers) ?? offers.Formats[0];
    }

    /// <summary>Whether the client is a person's browser: it would rather have HTML than data.</summary>
    public static bool PrefersPage(this HttpContext context) =>
        Negotiation.Choose(context.Request.Headers.Accept, Offers.XmlFirstOrPage) == WireFormat.Html;

    /// <summary>The media type of XML: <c>text/xml</c> for clients that know no other.</summary>
    public static string XmlMediaType(this HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        return accept.Contains("text/xml", StringComparison.OrdinalIgnoreCase) && !accept.Contains("application/", StringComparison.OrdinalIgnoreCase)
            ? "text/xml; charset=utf-8"
            : "application/xml; charset=utf-8";
    }

    /// <summary>Says which formats an endpoint answers in.</summary>
    public static TBuilder Offering<TBuilder>(this TBuilder builder, Offers offers)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(offers);

    private static bool IsXmlPath(PathString path)
    {
        foreach (var known in XmlPaths)
        {
            if (path.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
