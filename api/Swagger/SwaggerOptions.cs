namespace Platform.Api.Swagger;

/// <summary>The page that tries the API out.</summary>
internal sealed class SwaggerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Swagger";

    /// <summary>
    /// The public OAuth client that the page's Authorize button uses, with <c>/swagger/oauth2-redirect.html</c> among its redirect URIs. Default: <c>swagger</c>.
    /// </summary>
    public string Client { get; set; } = "swagger";

    /// <summary>Whether there is such a page. Default: on.</summary>
    public bool Enabled { get; set; } = true;
}
