namespace Platform.Api.Console.Administration.Remote;

/// <summary>Which server a command goes to, and as which client.</summary>
/// <param name="Server">The server's public address, its issuer.</param>
/// <param name="ClientId">The OAuth client of the command line there.</param>
/// <param name="Authorities">A file in PEM with the certificate authorities that the server's certificate may come from; null: the machine's.</param>
internal sealed record RemoteOptions(Uri Server, string ClientId, string? Authorities)
{
    /// <summary>The client that is asked for unless another is named.</summary>
    public const string DefaultClientId = "platform-cli";

    /// <summary>What a login asks for.</summary>
    public const string OAuthScopes = "admin policies offline_access";

    /// <summary>The server's address as an issuer is written, without a slash at the end.</summary>
    public string Issuer => Server.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>What keeps an address from being a server's; null where nothing does. Tokens travel in the clear to this machine alone.</summary>
    public static string? FindFault(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http") || server.Query.Length > 0 || server.Fragment.Length > 0 || server.UserInfo.Length > 0
            ? $"'{text}' is not the address of a server, such as https://platform.example.org."
            : server.Scheme == "http" && !server.IsLoopback
                ? "A server on another machine has to be reached over https: a token would be read on the way."
                : null;
}
