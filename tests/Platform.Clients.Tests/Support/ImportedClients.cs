using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Clients.Tests.Support;

/// <summary>The clients that an operator imported; what a test wants besides them registers itself.</summary>
internal static class ImportedClients
{
    public static TestClient Web { get; } = new("web", "web-secret-of-the-tests", "client_secret_basic", TestClient.Callback);

    public static TestClient Post { get; } = new("post", "post-secret-of-the-tests", "client_secret_post", TestClient.Callback);

    public static TestClient Public { get; } = new("public", null, "none", TestClient.Callback);

    public static TestClient Service { get; } = new("service", "service-secret-of-the-tests", "client_secret_basic", null);

    public static TestClient Device { get; } = new("device", null, "none", null);

    /// <summary>The file, as <c>import</c> reads it.</summary>
    public static string File(string issuer) => $"""
        scopes:
          - scope: {PlatformCluster.Root}
            anonymous: [read]
        clients:
          - client_id: {Web.Id}
            client_name: A web application
            redirect_uris: [{TestClient.Callback}]
            grant_types: [authorization_code, refresh_token]
            scope: openid profile email groups offline_access read write d4s-context:*
            token_endpoint_auth_method: client_secret_basic
            client_secret: {Web.Secret}
          - client_id: {Post.Id}
            client_name: A web application that posts its secret
            redirect_uris: [{TestClient.Callback}]
            grant_types: [authorization_code, refresh_token]
            scope: openid profile email offline_access read
            token_endpoint_auth_method: client_secret_post
            client_secret: {Post.Secret}
          - client_id: {Public.Id}
            client_name: An app without a secret
            redirect_uris: [{TestClient.Callback}]
            grant_types: [authorization_code, refresh_token]
            scope: openid profile email groups offline_access read write d4s-context:*
            token_endpoint_auth_method: none
          - client_id: {Service.Id}
            client_name: A service
            grant_types: [client_credentials]
            scope: read write
            token_endpoint_auth_method: client_secret_basic
            client_secret: {Service.Secret}
          - client_id: {Device.Id}
            client_name: A device without a keyboard
            grant_types: ['urn:ietf:params:oauth:grant-type:device_code', refresh_token]
            scope: openid profile email offline_access read
            token_endpoint_auth_method: none
          - client_id: viewer
            client_name: InfraViewer
            grant_types: []
            scope: read write d4s-context:*
            token_endpoint_auth_method: none
            trusted: true
          - client_id: swagger
            client_name: Swagger UI
            redirect_uris: ['{issuer}/swagger/oauth2-redirect.html']
            grant_types: [authorization_code]
            scope: openid profile read write d4s-context:*
            token_endpoint_auth_method: none
        """;
}
