using System.Net;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Swagger;

[Collection(NodeCollection.Name)]
public sealed class SwaggerTests(SharedNode shared)
{
    [Fact]
    public async Task ThePage_HasNoInlineScript_AndAllItsFiles()
    {
        using var answer = await shared.Node.GetAsync("/swagger", "Accept: " + Calls.Browser);
        var page = await answer.Content.ReadAsStringAsync();
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("'unsafe-eval'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?! src=)", page);
        foreach (var file in new[] { "swagger-ui.css", "swagger-ui-bundle.js", "page.js", "page.css", "oauth2-redirect.html", "oauth2-redirect.js", "favicon-32x32.png" })
        {
            using var plain = await shared.Node.GetAsync("/swagger/" + file);
            using var compressed = await shared.Node.GetAsync("/swagger/" + file, "Accept-Encoding: gzip");
            Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
            Assert.Equal("gzip", Assert.Single(compressed.Content.Headers.ContentEncoding));
            await using var unpacked = new System.IO.Compression.GZipStream(await compressed.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
            using var content = new MemoryStream();
            await unpacked.CopyToAsync(content);
            Assert.Equal(await plain.Content.ReadAsByteArrayAsync(), content.ToArray());
        }

        Assert.DoesNotMatch("<script(?! src=)", await shared.Node.GetAsync("/swagger/oauth2-redirect.html").TextAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Node.GetAsync("/swagger/swagger-ui.js.map")).StatusCode);
    }

    [Fact]
    public async Task TheDocument_SaysWhatEachCallAsksFor()
    {
        var document = await shared.Node.GetAsync("/openapi/v1.json").JsonAsync();
        var flow = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("oauth2").GetProperty("flows").GetProperty("authorizationCode");
        Assert.EndsWith("/oauth/authorize", flow.GetProperty("authorizationUrl").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("/oauth/token", flow.GetProperty("tokenUrl").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths");
        Assert.Equal("write", Requirement(paths.GetProperty("/resources/{path}").GetProperty("put"), "oauth2")!.Value[0].GetString());
        Assert.NotNull(Requirement(paths.GetProperty("/resources/{path}").GetProperty("get"), "oauth2"));
        Assert.NotNull(Requirement(paths.GetProperty("/sessions").GetProperty("get"), "session"));
        Assert.False(paths.GetProperty("/Login").GetProperty("get").TryGetProperty("security", out _));
        var put = paths.GetProperty("/resources/{path}").GetProperty("put");
        Assert.True(put.GetProperty("requestBody").GetProperty("required").GetBoolean());
        Assert.Contains(put.GetProperty("parameters").EnumerateArray(), parameter => parameter.GetProperty("name").GetString() == "If-Match");
        Assert.True(paths.GetProperty("/resources/{path}").GetProperty("patch").GetProperty("requestBody").GetProperty("content").TryGetProperty("application/merge-patch+json", out _));
    }

    private static JsonElement? Requirement(JsonElement operation, string scheme)
    {
        foreach (var requirement in operation.GetProperty("security").EnumerateArray())
        {
            if (requirement.TryGetProperty(scheme, out var scopes))
            {
                return scopes;
            }
        }

        return null;
    }
}
