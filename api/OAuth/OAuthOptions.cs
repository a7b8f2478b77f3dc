using Microsoft.Extensions.Options;

namespace Platform.Api.OAuth;

/// <summary>Who may register clients (RFC 7591).</summary>
internal enum RegistrationMode
{
    /// <summary>Nobody; clients are imported.</summary>
    Closed,

    /// <summary>Whoever has an initial access token.</summary>
    Token,

    /// <summary>Everyone, slowed per address.</summary>
    Open,
}

/// <summary>How long tokens live, how often clients may ask, and who may register them.</summary>
internal sealed class OAuthOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "OAuth";

    /// <summary>How long access tokens live where their client does not say otherwise. Default: 1 h.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long ID tokens live where their client does not say otherwise. Default: 1 h.</summary>
    public TimeSpan IdTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After how long without a refresh a refresh token is over. Default: 30 days.</summary>
    public TimeSpan RefreshTokenIdleLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>After how long a refresh token and all its successors are over in any case. Default: 180 days.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(180);

    /// <summary>How long a refresh token that was just replaced still gives its successor again. Default: 10 s.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an authorization code lives, one minute at most (RFC 9700 §2.1.1). Default: 60 s.</summary>
    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Token requests a second that a client may make, per node. Default: 50.</summary>
    public int RequestsPerSecond { get; set; } = 50;

    /// <summary>Token requests that a client may make at once, per node. Default: 200.</summary>
    public int RequestBurst { get; set; } = 200;

    /// <summary>Whether <c>/oauth/tokeninfo</c> takes a token in its query, as Flarecast's services send it. Default: on.</summary>
    public bool QueryTokens { get; set; } = true;

    /// <summary>Whether a <c>gcube-token</c> in the query counts, as gCube's oldest services send it. Default: off.</summary>
    public bool QueryGcubeToken { get; set; }

    /// <summary>Who may register clients. Default: <see cref="RegistrationMode.Closed"/>.</summary>
    public RegistrationMode Registration { get; set; } = RegistrationMode.Closed;

    /// <summary>SHA-256 of each initial access token, lower-case hexadecimal; with <see cref="RegistrationMode.Token"/>. Default: none.</summary>
    public string[] InitialAccessTokens { get; set; } = [];

    /// <summary>With <see cref="RegistrationMode.Open"/>: registrations an hour from one address, per node. Default: 20.</summary>
    public int RegistrationsPerHour { get; set; } = 20;

    /// <summary>The longest that a personal token may live. Default: 365 days.</summary>
    public TimeSpan PersonalTokenLifetime { get; set; } = TimeSpan.FromDays(365);

    /// <summary>The personal tokens that a user may have at once. Default: 50.</summary>
    public int PersonalTokenLimit { get; set; } = 50;
}

/// <summary>Refuses settings that contradict themselves or the standards.</summary>
internal sealed class OAuthOptionsValidation : IValidateOptions<OAuthOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        var failures = new List<string>();
        AtLeast(nameof(options.AccessTokenLifetime), options.AccessTokenLifetime, TimeSpan.FromSeconds(1));
        AtLeast(nameof(options.IdTokenLifetime), options.IdTokenLifetime, TimeSpan.FromSeconds(1));
        AtLeast(nameof(options.RefreshTokenIdleLifetime), options.RefreshTokenIdleLifetime, TimeSpan.FromSeconds(1));
        AtLeast(nameof(options.RefreshTokenLifetime), options.RefreshTokenLifetime, options.RefreshTokenIdleLifetime);
        AtLeast(nameof(options.RefreshGrace), options.RefreshGrace, TimeSpan.Zero);
        AtLeast(nameof(options.CodeLifetime), options.CodeLifetime, TimeSpan.FromSeconds(1));
        AtLeast(nameof(options.PersonalTokenLifetime), options.PersonalTokenLifetime, TimeSpan.FromMinutes(1));
        if (options.CodeLifetime > TimeSpan.FromMinutes(1))
        {
            failures.Add($"{OAuthOptions.Section}:CodeLifetime is {options.CodeLifetime}; a code may live one minute at most (RFC 9700).");
        }

        if (options.RefreshGrace > TimeSpan.FromMinutes(1))
        {
            failures.Add($"{OAuthOptions.Section}:RefreshGrace is {options.RefreshGrace}; it has to be one minute at most, or a stolen token would be of use.");
        }

        Positive(nameof(options.RequestsPerSecond), options.RequestsPerSecond);
        Positive(nameof(options.RequestBurst), options.RequestBurst);
        Positive(nameof(options.RegistrationsPerHour), options.RegistrationsPerHour);
        Positive(nameof(options.PersonalTokenLimit), options.PersonalTokenLimit);
        foreach (var hash in options.InitialAccessTokens)
        {
            if (hash.Length != 64 || hash.AsSpan().ContainsAnyExcept("0123456789abcdef"))
            {
                failures.Add($"{OAuthOptions.Section}:InitialAccessTokens holds what is no SHA-256 in lower-case hexadecimal; the tokens themselves do not belong there.");
            }
        }

        if (options.Registration == RegistrationMode.Token && options.InitialAccessTokens.Length == 0)
        {
            failures.Add($"{OAuthOptions.Section}:Registration is Token, and InitialAccessTokens is empty; nobody could register.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void AtLeast(string setting, TimeSpan value, TimeSpan least)
        {
            if (value < least)
            {
                failures.Add($"{OAuthOptions.Section}:{setting} is {value}; it has to be {least} or longer.");
            }
        }

        void Positive(string setting, int value)
        {
            if (value < 1)
            {
                failures.Add($"{OAuthOptions.Section}:{setting} is {value}; it has to be 1 or more.");
            }
        }
    }
}
