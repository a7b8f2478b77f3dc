using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;

namespace Platform.Api.Http.OpenApi;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiSetup
{
    /// <summary>Registers the document.</summary>
    public static IServiceCollection AddPlatformOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Info.Title = "Platform";
            document.Info.Description = "Log in, pick a scope, be known on every node.";

            // The framework's default is the Host header.
            var url = context.ApplicationServices.GetRequiredService<IOptions<FrontOptions>>().Value.PublicUrl;
            document.Servers = [new OpenApiServer { Url = url ?? "/" }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            foreach (var parameter in metadata.OfType<QueryParameter>())
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = ParameterLocation.Query,
                    Description = parameter.Description,
                    Required = parameter.Required,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            if (metadata.OfType<FormBody>().Any())
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        [RequestParameters.FormMediaType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } },
                    },
                };
            }

            return Task.CompletedTask;
        });
    });

    /// <summary>Maps the document.</summary>
    public static void MapPlatformOpenApi(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi().ForAnyoneUnseen().Offering(Offers.Own);
}
