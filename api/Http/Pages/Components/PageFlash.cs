using System.Collections.Frozen;

namespace Platform.Api.Http.Pages.Components;

/// <summary>
/// What a page says was just done, after the redirect that answers a form. It comes back as one of these codes, never as text of the request.
/// </summary>
internal static class PageFlash
{
    /// <summary>The query's parameter.</summary>
    public const string Parameter = "done";

    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["saved"] = "Saved.",
        ["created"] = "Created.",
        ["moved"] = "Moved.",
        ["suspended"] = "Suspended. It counts nowhere from now on.",
        ["resumed"] = "Resumed.",
        ["reopened"] = "Reopened.",
        ["archived"] = "Archived. It is closed for good.",
        ["published"] = "Published. People are asked to sign it when they enter.",
        ["defined"] = "Defined. A manager has to approve it.",
        ["approved"] = "Approved. The environment is open.",
        ["rejected"] = "Rejected. Who asked is told.",
        ["withdrawn"] = "Withdrawn.",
        ["admitted"] = "Admitted.",
        ["accepted"] = "Accepted. They are a member now.",
        ["removed"] = "Removed.",
        ["disabled"] = "Disabled. All sessions and tokens ended.",
        ["enabled"] = "Enabled.",
        ["ended"] = "Ended.",
        ["rotated"] = "A new signing key is in use.",
        ["rolled-back"] = "Rolled back.",
        ["joined"] = "You are a member now.",
        ["requested"] = "Asked. You find the answer here.",
        ["left"] = "You left it.",
        ["queued"] = "Asked for. It begins as soon as there is room.",
        ["cancelled"] = "Cancelled. Its token is refused from now on.",
        ["signed"] = "Signed. Thank you.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a code says; null: it is none.</summary>
    public static string? Find(string? code) => code is null ? null : Words.GetValueOrDefault(code);

    /// <summary>An address that says what was done.</summary>
    public static string At(string local, string code)
    {
        if (!Words.ContainsKey(code))
        {
            throw new ArgumentException("There are no words for this.", nameof(code));
        }

        var end = local.IndexOf('#', StringComparison.Ordinal);
        var path = end < 0 ? local : local[..end];
        return $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Parameter}={code}{(end < 0 ? "" : local[end..])}";
    }
}
