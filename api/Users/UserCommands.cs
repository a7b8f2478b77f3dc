using Platform.Api.Console;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Users;

namespace Platform.Api.Users;

/// <summary>The commands <c>user add</c>, <c>disable</c>, <c>enable</c> and <c>password</c>.</summary>
internal sealed class UserCommands(LocalUsers users)
{
    internal async Task<int> AddAsync(AddUserRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        var result = await users.AddAsync(
            request.Name, request.DisplayName, request.Mail, request.Password, request.Admin, request.Actor, cancellationToken);
        return await AnswerAsync(result, $"User '{request.Name}' was made{(request.Admin ? ", with the role Infrastructure-Manager at every infrastructure" : "")}.", output);
    }

    internal async Task<int> SetDisabledAsync(SetUserDisabledRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        var result = request.Disabled
            ? await users.DisableAsync(request.Name, request.Actor, cancellationToken)
            : await users.EnableAsync(request.Name, request.Actor, cancellationToken);
        return await AnswerAsync(result, request.Disabled ? $"User '{request.Name}' is disabled; their sessions are over." : $"User '{request.Name}' is enabled.", output);
    }

    internal async Task<int> SetPasswordAsync(SetPasswordRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        var result = await users.SetPasswordAsync(request.Name, request.Password, request.Actor, cancellationToken);
        return await AnswerAsync(result, $"User '{request.Name}' has the new password; their sessions are over.", output);
    }

    private static async Task<int> AnswerAsync(AdministrationResult<AdministeredUser> result, string done, IConsoleOutput output)
    {
        if (result.Refusal is { } refusal)
        {
            await output.WriteErrorLineAsync(ConsoleText.Printable(refusal.Message));
            return ExitCode.Failed;
        }

        await output.WriteLineAsync(ConsoleText.Printable(done));
        return ExitCode.Ok;
    }
}
