using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Api.Http.Pages.Components;
using Platform.Grains.Administration;

namespace Platform.Api.Runs.Pages;

/// <summary>What was typed into the form of a run.</summary>
internal static class RunForm
{
    /// <summary>Reads it.</summary>
    /// <returns>What is wrong with it; null: nothing that could be told without the queue.</returns>
    public static AdministrationRefusal? Read(PageVisit visit, out RunWish wish)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        wish = new RunWish(visit.Sent("image") ?? "")
        {
            Command = Lines(visit, "command"),
            Environment = environment,
            Inputs = Lines(visit, "inputs"),
            Label = visit.Sent("label"),
            OauthScopes = [.. RunWish.UsualOAuthScopes.Where(name => visit.IsTicked("oauth-" + name))],
        };
        foreach (var line in Lines(visit, "environment"))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !environment.TryAdd(line[..equals], line[(equals + 1)..]))
            {
                return AdministrationRefusal.Invalid("environment", "Give one NAME=value a line, each name once.");
            }
        }

        double? cpus = null, minutes = null;
        var wrong = visit.ReadNumber("memory", out double? memory) ?? visit.ReadNumber("cpus", out cpus) ?? visit.ReadNumber("minutes", out minutes);
        wish = wish with { Limits = new RunWishLimits { MemoryBytes = (long?)(memory * 1024 * 1024), Cpus = cpus, TimeSeconds = minutes * 60 } };
        return wrong;
    }

    /// <summary>A problem as the form shows it, at the field that it is about.</summary>
    public static AdministrationRefusal Refusal(Problem problem)
    {
        var kind = problem.Error.Status switch
        {
            StatusCodes.Status403Forbidden => RefusalKind.Forbidden,
            StatusCodes.Status404NotFound or StatusCodes.Status400BadRequest or StatusCodes.Status422UnprocessableEntity => RefusalKind.Invalid,
            _ => RefusalKind.Conflict,
        };
        var place = problem.Place?.Split(' ')[^1] ?? "";
        var field = place.Split('.', '[') switch
        {
            ["limits", "memoryBytes"] => "memory",
            ["limits", "cpus"] => "cpus",
            ["limits", "timeSeconds"] => "minutes",
            ["image" or "command" or "environment" or "inputs" or "label", ..] parts => parts[0],
            _ => null,
        };
        return new AdministrationRefusal(kind, problem.Error.Code, problem.Detail is { } detail ? $"{problem.Error.Title} {detail}" : problem.Error.Title, field);
    }

    private static ImmutableArray<string> Lines(PageVisit visit, string name) =>
        [.. (visit.Form.Find(name) ?? "").ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0)];
}
