using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Http;

[Collection(NodeCollection.Name)]
public class OpenApiTests(SharedNode shared)
{
    [Fact]
    public async Task The_document_names_every_call()
    {
        var document = await shared.Node.GetAsync("/openapi/v1.json", "Host: evil.example").JsonAsync();
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(item => item.Name is not "parameters").Select(operation => (Path: path.Name, operation.Value)))
            .ToList();
        var ids = operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).ToList();

        foreach (var path in new[] { "/Login", "/Logout", "/ListInfrastructureScopes", "/LoginScope", "/session", "/sessions", "/sessions/{handle}", "/session/attributes/{name}", "/scopes", "/scopes/{path}", "/health/ready", "/runs", "/runs/terms", "/runs/{id}", "/runs/{id}/logs", "/runs/{id}/progress", "/admin/api/scopes/{scope}/runs" })
        {
            Assert.Contains(operations, operation => operation.Path == path);
        }

        foreach (var id in new[] { "StartRun", "ListRuns", "GetRunTerms", "GetRun", "CancelRun", "GetRunLog", "ReportRunProgress", "GetRunSettings", "ChangeRunSettings" })
        {
            Assert.Contains(id, ids);
        }

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(operations, operation =>
        {
            Assert.False(string.IsNullOrEmpty(operation.Value.GetProperty("summary").GetString()), operation.Path);
            Assert.NotEmpty(operation.Value.GetProperty("responses").EnumerateObject());
            Assert.Equal(operation.Path.Contains('{', StringComparison.Ordinal), operation.Value.TryGetProperty("parameters", out var parameters)
                && parameters.EnumerateArray().Any(parameter => parameter.GetProperty("in").GetString() == "path"));
        });
        Assert.DoesNotContain("evil.example", document.GetRawText(), StringComparison.Ordinal);
    }
}
