using Microsoft.OpenApi;
using Platform.Api.Http.Access;
using Platform.Api.OAuth;

namespace Platform.Api.Http.OpenApi;

/// <summary>What the document says of how callers say who they are, from the endpoints' rules.</summary>
internal static class Security
{
    private const string OAuth = "oauth2";
    private const string Session = "session";

    /// <summary>Adds the ways that there are.</summary>
    public static void Describe(OpenApiDocument document, Issuer issuer)
    {
        document.AddComponent<IOpenApiSecurityScheme>(OAuth, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description = "Authorization code with PKCE.",
            Flows = new OpenApiOAuthFlows
            {
                AuthorizationCode = new OpenApiOAuthFlow
                {
                    AuthorizationUrl = new Uri(issuer.At("/oauth/authorize")),
                    TokenUrl = new Uri(issuer.At("/oauth/token")),
                    Scopes = new Dictionary<string, string>
                    {
                        [OAuthScopes.Read] = "Reads resources.",
                        [OAuthScopes.Write] = "Changes resources.",
                        [OAuthScopes.Policies] = "Reads and changes policy sets.",
                        [OAuthScopes.PoliciesDecide] = "Asks for decisions about others.",
                        [OAuthScopes.Admin] = "Administers, for those who may.",
                        [OAuthScopes.AdminRead] = "Reads what administrators change.",
                        [OAuthScopes.OpenId] = "Says who you are.",
                        [OAuthScopes.Profile] = "Your name.",
                        [OAuthScopes.Email] = "Your mail address.",
                        [OAuthScopes.Groups] = "Your scopes and roles.",
                    },
                },
            },
        });
        document.AddComponent<IOpenApiSecurityScheme>(Session, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-Session-Id",
            Description = "A session's id, as Login gives it.",
        });
    }

    /// <summary>What an endpoint asks for; null: nothing.</summary>
    public static IList<OpenApiSecurityRequirement>? Of(IList<object> metadata, OpenApiDocument? document)
    {
        var rule = metadata.OfType<AccessRule>().LastOrDefault();
        if (rule == AccessRule.Session)
        {
            return [Requirement(Session)];
        }

        if (rule == AccessRule.Principal)
        {
            var needed = metadata.OfType<NeededOAuthScope>().LastOrDefault()?.Value;
            return [Requirement(OAuth, needed is null ? [OAuthScopes.Read, OAuthScopes.Write] : [needed]), Requirement(Session)];
        }

        return metadata.OfType<OptionalOAuthScope>().LastOrDefault() is { } optional
            ? [new OpenApiSecurityRequirement(), Requirement(OAuth, optional.Value), Requirement(Session)]
            : null;

        OpenApiSecurityRequirement Requirement(string scheme, params string[] oauthScopes) =>
            new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [.. oauthScopes] };
    }
}
