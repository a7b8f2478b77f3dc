namespace Platform.Bench;

/// <summary>Kestrel and nothing else: answers every request with the same bytes. What the session check is measured against.</summary>
internal static class BareServer
{
    public static async Task<int> RunAsync(string url, string bodyFile, string contentType)
    {
        var body = await File.ReadAllBytesAsync(bodyFile);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        await using var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.ContentType = contentType;
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });
        await app.RunAsync();
        return 0;
    }
}
