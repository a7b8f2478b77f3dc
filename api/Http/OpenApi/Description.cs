namespace Platform.Api.Http.OpenApi;

/// <summary>What the OpenAPI document says of an endpoint.</summary>
internal static class Description
{
    /// <summary>Names an endpoint, says what it does and what it answers.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="name">Its operation id, unique.</param>
    /// <param name="summary">What it does, in a sentence.</param>
    /// <param name="handler">The handler; endpoints that write their answers themselves are otherwise left out of the document.</param>
    /// <param name="statuses">The statuses it answers with; those from 400 on are problem documents.</param>
    public static RouteHandlerMetadata Describe(
        this IEndpointConventionBuilder builder, string name, string summary, RequestDelegate handler, params int[] statuses)
    {
        builder.WithName(name).WithSummary(summary).WithMetadata(handler.Method);
        foreach (var status in statuses)
        {
            builder.WithMetadata(status switch
            {
                >= 400 => new ProducesResponseTypeMetadata(status, null, ["application/problem+json", "application/problem+xml"]),
                200 => new ProducesResponseTypeMetadata(status, null, ["application/xml", "application/json"]),
                _ => new ProducesResponseTypeMetadata(status),
            });
        }

        return new RouteHandlerMetadata(builder);
    }

    /// <summary>Goes on describing.</summary>
    internal readonly struct RouteHandlerMetadata(IEndpointConventionBuilder builder)
    {
        /// <summary>The endpoint takes a form, and the platform's reader refuses anything else.</summary>
        public RouteHandlerMetadata TakesForm()
        {
            builder.WithMetadata(new FormBody());
            return this;
        }

        /// <summary>The endpoint takes a parameter in its query.</summary>
        public RouteHandlerMetadata TakesQuery(string name, string description, bool required = false)
        {
            builder.WithMetadata(new QueryParameter(name, description, required));
            return this;
        }
    }
}

/// <summary>The endpoint takes <c>application/x-www-form-urlencoded</c>.</summary>
internal sealed class FormBody;

/// <summary>The endpoint takes a parameter in its query.</summary>
internal sealed record QueryParameter(string Name, string Description, bool Required);
