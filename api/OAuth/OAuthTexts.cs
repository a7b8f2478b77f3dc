namespace Platform.Api.OAuth;

/// <summary>Descriptions that have to be the same wherever they are said, so that they tell nothing apart.</summary>
internal static class OAuthTexts
{
    /// <summary>Unknown, suspended, wrongly authenticated: one answer.</summary>
    public const string ClientRefused = "The client is unknown, or did not prove who it is.";

    /// <summary>Unknown, used, over, another client's: one answer.</summary>
    public const string GrantRefused = "The grant is unknown, over, used, or not for this client.";

    /// <summary>What hangs on a token is over, or it never was one.</summary>
    public const string TokenRefused = "The access token is malformed, over, revoked, or not for this.";
}
