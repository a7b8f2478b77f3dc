using Microsoft.Extensions.Options;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;

namespace Platform.Api.Runs;

/// <summary>Which client runs are started with. In the section of <see cref="RunOptions"/>.</summary>
internal sealed class RunClientOptions
{
    /// <summary>
    /// The OAuth client that runs which are started in a session belong to; it has to be marked as trusted. What any run may ask for is among its
    /// OAuth scopes. Without such a client none is started. Default: <c>runs</c>.
    /// </summary>
    public string Client { get; set; } = "runs";
}

/// <summary>Refuses what is no client's id.</summary>
internal sealed class RunClientOptionsValidation : IValidateOptions<RunClientOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RunClientOptions options) => ClientId.TryParse(options.Client, out _)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{RunOptions.Section}:Client has to be a client's id, 1 to {ClientId.MaxLength} printable ASCII characters without blanks.");
}
