using Platform.Grains.OAuth;

namespace Platform.Api.Administration.Pages.Clients;

/// <summary>What people call what clients are made of.</summary>
public static class ClientWords
{
    /// <summary>The grants, and what they are for.</summary>
    public static IReadOnlyList<(string Value, string Text)> Grants { get; } =
    [
        ("authorization_code", "Users log in with a browser (authorization code)"),
        ("refresh_token", "It stays logged in (refresh token)"),
        ("client_credentials", "It acts in its own name (client credentials)"),
        ("urn:ietf:params:oauth:grant-type:device_code", "Devices without a browser (device code)"),
        ("urn:ietf:params:oauth:grant-type:token-exchange", "It exchanges tokens (token exchange)"),
    ];

    /// <summary>The ways to prove who it is.</summary>
    public static IReadOnlyList<(string Value, string Text)> Authentications { get; } =
    [
        (nameof(ClientAuthentication.SecretBasic), "A secret, in the header (client_secret_basic)"),
        (nameof(ClientAuthentication.SecretPost), "A secret, in the form (client_secret_post)"),
        (nameof(ClientAuthentication.None), "Nothing: it runs on people's devices (public)"),
    ];

    /// <summary>The way to prove who it is, in words.</summary>
    public static string Of(ClientAuthentication authentication) =>
        Authentications.Where(way => way.Value == authentication.ToString()).Select(way => way.Text).FirstOrDefault("Its private key (private_key_jwt)");
}
