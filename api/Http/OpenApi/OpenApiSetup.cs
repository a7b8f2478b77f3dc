using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;

namespace Platform.Api.Http.OpenApi;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>, made from what the route tables say.</summary>
internal static partial class OpenApiSetup
{
    /// <summary>Registers the document.</summary>
    public static IServiceCollection AddPlatformOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, context, _) =>
        {
            Complete(document, context.ApplicationServices.GetRequiredService<IOptions<FrontOptions>>().Value, context.ApplicationServices.GetRequiredService<Issuer>());
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Complete(operation, context);
            return Task.CompletedTask;
        });
    });

    /// <summary>Maps the document.</summary>
    public static void MapPlatformOpenApi(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi().ForAnyoneUnseen().Offering(Offers.Own);

    private static void Complete(OpenApiDocument document, FrontOptions front, Issuer issuer)
    {
        Security.Describe(document, issuer);
        document.Info.Title = "Platform";
        document.Info.Description = "Log in, pick a scope, be known on every node.";

        // The framework would take the Host header.
        document.Servers = [new OpenApiServer { Url = front.PublicUrl ?? "/" }];
        foreach (var path in document.Paths.Values)
        {
            // HEAD is GET without the body; named twice, an operation would have no id of its own.
            path.Operations?.Remove(HttpMethod.Head);
        }

        var operations = document.Paths.Values.Where(path => path.Operations is not null).SelectMany(path => path.Operations!.Values).ToList();
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            // Without a group of its own an operation gets the name of its class.
            var names = operation.Tags?.Select(tag => tag.Reference.Id!.Replace("Endpoints", "", StringComparison.Ordinal).Replace("Endpoint", "", StringComparison.Ordinal)).ToList() ?? [];
            groups.UnionWith(names);
            operation.Tags = names.Select(name => new OpenApiTagReference(name, document)).ToHashSet();
        }

        document.Tags = groups.Select(name => new OpenApiTag { Name = name }).ToHashSet();
    }

    private static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Tags = null;
        operation.Parameters ??= [];
        foreach (Match match in PathParameter().Matches(context.Description.RelativePath ?? ""))
        {
            operation.Parameters.Add(Parameter(match.Groups[1].Value, ParameterLocation.Path, null, required: true));
        }

        foreach (var parameter in metadata.OfType<QueryParameter>())
        {
            operation.Parameters.Add(Parameter(parameter.Name, ParameterLocation.Query, parameter.Description, parameter.Required));
        }

        foreach (var header in metadata.OfType<HeaderParameter>())
        {
            operation.Parameters.Add(Parameter(header.Name, ParameterLocation.Header, header.Description, required: false));
        }

        operation.Security = Security.Of(metadata, context.Document);
        if (metadata.OfType<FormBody>().FirstOrDefault() is { } form)
        {
            operation.RequestBody = new OpenApiRequestBody { Content = new Dictionary<string, OpenApiMediaType> { [RequestParameters.FormMediaType] = Form(form) } };
        }

        if (metadata.OfType<DocumentBody>().FirstOrDefault() is { } document)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = document.Required,
                Content = new Dictionary<string, OpenApiMediaType> { [document.MediaType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } } },
            };
        }

        var answersDocument = metadata.OfType<DocumentAnswer>().Any();
        var offers = metadata.OfType<Offers>().FirstOrDefault() ?? Offers.JsonFirst;
        operation.Responses = [];
        foreach (var status in metadata.OfType<Answers>().SelectMany(answers => answers.Statuses))
        {
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(status),
                Content = (answersDocument && status is 200 or 201 ? ["application/json"] : MediaTypes(status, offers)).ToDictionary(type => type, _ => new OpenApiMediaType()),
            };
        }
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string? description, bool required) => new()
    {
        Name = name,
        In = place,
        Description = description,
        Required = required,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiMediaType Form(FormBody form) => new()
    {
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = form.Fields.ToDictionary(field => field, _ => (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.String }),
        },
    };

    private static IEnumerable<string> MediaTypes(int status, Offers offers) => status switch
    {
        >= 400 => ["application/problem+json", "application/problem+xml"],
        200 => offers.Formats.ToArray().Select(format => format switch
        {
            WireFormat.Xml => "application/xml",
            WireFormat.Json => "application/json",
            _ => "text/html",
        }),
        _ => [],
    };

    [GeneratedRegex(@"\{\**([a-z]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex PathParameter();
}
