using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.Policies.Filter;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Http;

[Collection(NodeCollection.Name)]
public class AccessTests(SharedNode shared)
{
    [Fact]
    public void Every_endpoint_says_who_may_call_it_and_in_which_formats_it_answers()
    {
        var endpoints = shared.Node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        Assert.True(endpoints.Count > 15, $"only {endpoints.Count} endpoints");
        Assert.All(endpoints, endpoint =>
        {
            Assert.True(endpoint.Metadata.GetMetadata<AccessRule>() is not null, $"{endpoint.DisplayName} has no access rule");
            Assert.True(endpoint.Metadata.GetMetadata<Offers>() is not null, $"{endpoint.DisplayName} offers no format");
        });
    }

    [Fact]
    public async Task An_endpoint_without_a_rule_is_refused()
    {
        var called = false;
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        context.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/x"), 0, null, null));

        await new AccessMiddleware(_ =>
        {
            called = true;
            return Task.CompletedTask;
        }, shared.Node.Services.GetRequiredService<Challenges>(), shared.Node.Services.GetRequiredService<OwnPolicies>()).InvokeAsync(context);

        Assert.False(called);
        Assert.Equal(403, context.Response.StatusCode);
    }
}
