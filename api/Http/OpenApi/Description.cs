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
    public static IEndpointConventionBuilder Describe(
        this IEndpointConventionBuilder builder, string name, string summary, RequestDelegate handler, params int[] statuses) =>
        builder.WithName(name).WithSummary(summary).WithMetadata(handler.Method, new Answers(statuses));

    /// <summary>The endpoint takes a form of these fields.</summary>
    public static IEndpointConventionBuilder TakesForm(this IEndpointConventionBuilder builder, params string[] fields) =>
        builder.WithMetadata(new FormBody(fields));

    /// <summary>The endpoint takes a parameter in its query.</summary>
    public static IEndpointConventionBuilder TakesQuery(this IEndpointConventionBuilder builder, string name, string description, bool required = false) =>
        builder.WithMetadata(new QueryParameter(name, description, required));

    /// <summary>The endpoint takes a header.</summary>
    public static IEndpointConventionBuilder TakesHeader(this IEndpointConventionBuilder builder, string name, string description) =>
        builder.WithMetadata(new HeaderParameter(name, description));

    /// <summary>Everyone may call the endpoint, and a token for an OAuth scope shows more.</summary>
    public static IEndpointConventionBuilder ShowsMoreFor(this IEndpointConventionBuilder builder, string oauthScope) =>
        builder.WithMetadata(new OptionalOAuthScope(oauthScope));

    /// <summary>The endpoint takes a JSON document.</summary>
    public static IEndpointConventionBuilder TakesDocument(this IEndpointConventionBuilder builder, string mediaType, bool required) =>
        builder.WithMetadata(new DocumentBody(mediaType, required));

    /// <summary>The endpoint answers with a JSON document, whatever the request accepts.</summary>
    public static IEndpointConventionBuilder AnswersDocument(this IEndpointConventionBuilder builder) =>
        builder.WithMetadata(new DocumentAnswer());
}

/// <summary>The statuses that an endpoint answers with.</summary>
internal sealed record Answers(IReadOnlyList<int> Statuses);

/// <summary>The endpoint takes <c>application/x-www-form-urlencoded</c> with these fields.</summary>
internal sealed record FormBody(IReadOnlyList<string> Fields);

/// <summary>The endpoint takes a parameter in its query.</summary>
internal sealed record QueryParameter(string Name, string Description, bool Required);

/// <summary>The endpoint takes a JSON document of this media type.</summary>
internal sealed record DocumentBody(string MediaType, bool Required);

/// <summary>The endpoint answers with a JSON document.</summary>
internal sealed record DocumentAnswer;

/// <summary>The endpoint takes a header.</summary>
internal sealed record HeaderParameter(string Name, string Description);

/// <summary>A token for this OAuth scope shows more than no token.</summary>
internal sealed record OptionalOAuthScope(string Value);
