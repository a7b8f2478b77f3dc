namespace Platform.Api.Http.Wire;

/// <summary>A format that answers come in.</summary>
internal enum WireFormat
{
    Xml,
    Json,
    Html,
}

/// <summary>The formats that an endpoint answers in, the one for clients without a wish first.</summary>
internal sealed class Offers
{
    /// <summary>The calls of gCube: XML unless asked otherwise.</summary>
    public static readonly Offers XmlFirst = new(WireFormat.Xml, WireFormat.Json);

    /// <summary>The calls of gCube that browsers make too.</summary>
    public static readonly Offers XmlFirstOrPage = new(WireFormat.Xml, WireFormat.Json, WireFormat.Html);

    /// <summary>Everything else.</summary>
    public static readonly Offers JsonFirst = new(WireFormat.Json, WireFormat.Xml);

    /// <summary>Errors outside the calls of gCube.</summary>
    public static readonly Offers JsonFirstOrPage = new(WireFormat.Json, WireFormat.Xml, WireFormat.Html);

    /// <summary>Pages.</summary>
    public static readonly Offers Page = new(WireFormat.Html);

    /// <summary>What the endpoint sends has a media type of its own, whatever the request accepts.</summary>
    public static readonly Offers Own = new();

    private readonly WireFormat[] _formats;

    private Offers(params WireFormat[] formats) => _formats = formats;

    /// <summary>The formats, the preferred first.</summary>
    public ReadOnlySpan<WireFormat> Formats => _formats;

    /// <summary>What errors come in where these are the endpoint's formats.</summary>
    public Offers ForErrors => _formats is [WireFormat.Xml, ..] ? XmlFirstOrPage : JsonFirstOrPage;
}
