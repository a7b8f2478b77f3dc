using System.Net;
using Platform.Api.Policies.Subjects;
using Platform.Api.Scopes.Import;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Decisions;

/// <summary>A request that a decision is asked for about.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Given">Its URL as it was given.</param>
/// <param name="Url">Its URL; null where it is refused whoever asks.</param>
/// <param name="Fault">Why it is refused; null where it is not.</param>
/// <param name="Subject">Who would call.</param>
/// <param name="Address">Where from; null: not said.</param>
/// <param name="At">When (UTC); null: now.</param>
internal sealed record AskedRequest(
    string Method, string Given, RequestUrl? Url, string? Fault, SupposedSubject Subject, IPAddress? Address, DateTimeOffset? At)
{
    private const int MaxBytes = 16 * 1024;
    private const int MaxItems = 100;

    private static readonly string[] SubjectKeys = ["user", "client", "oauthScopes", "authenticatedAt", "strength"];

    /// <summary>The keys of a request.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["method", "url", "subject", "address", "time"];

    /// <summary>Reads a request; null where something of it is wrong, which is among the problems then.</summary>
    public static AskedRequest? Read(string path, ImportNode node, List<ImportProblem> problems)
    {
        var before = problems.Count;
        if (EntryReader.Begin(path, node, Keys, problems) is not { } entry)
        {
            return null;
        }

        var method = entry.Required("method", 64);
        if (method is not null && !IsMethod(method))
        {
            entry.Report("method", $"'{method}' is no method");
        }

        var given = entry.Required("url", MaxBytes);
        RequestUrl? url = null;
        string? fault = null;
        if (given is not null)
        {
            RequestUrl.TryNormalise(given, out url, out fault);
        }

        IPAddress? address = null;
        if (entry.Text("address", 64, nullable: true) is { Value: { } text } && !IPAddress.TryParse(text, out address))
        {
            entry.Report("address", $"'{text}' is no address");
        }

        var subject = entry.Find("subject") is { } who ? ReadSubject(entry.PathOf("subject"), who, problems) : SupposedSubject.Nobody;
        var at = InstantOf(entry, "time");
        return problems.Count > before || method is null || given is null || subject is null
            ? null
            : new AskedRequest(method, given, url, fault, subject, address, at);
    }

    /// <summary>Whether a text can be a method (RFC 9110 §9.1).</summary>
    public static bool IsMethod(string text) =>
        text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    private static SupposedSubject? ReadSubject(string path, ImportNode node, List<ImportProblem> problems)
    {
        if (node is ScalarNode { Kind: ScalarKind.Null })
        {
            return SupposedSubject.Nobody;
        }

        if (EntryReader.Begin(path, node, SubjectKeys, problems) is not { } entry)
        {
            return null;
        }

        var user = entry.Text("user", 1024, nullable: true)?.Value;
        ClientId? client = null;
        if (entry.Text("client", 1024, nullable: true) is { Value: { } id })
        {
            if (ClientId.TryParse(id, out var parsed))
            {
                client = parsed;
            }
            else
            {
                entry.Report("client", "a client's id has 1 to 128 printable ASCII characters without blanks");
            }
        }

        var oauthScopes = entry.Texts("oauthScopes", MaxItems, 1024)?.Select(item => item.Text).ToList();
        var call = new SupposedCall(client, oauthScopes, InstantOf(entry, "authenticatedAt"), entry.Text("strength", 1024, nullable: true)?.Value);
        if (!entry.Has("user") && !entry.Has("client") && (oauthScopes is not null || call.AuthenticatedAt is not null || call.Strength is not null))
        {
            problems.Add(new ImportProblem(entry.Place, "nobody has no OAuth scopes and no login: 'user' or 'client' is missing"));
            return null;
        }

        return new SupposedSubject(user, user is null ? client : null, call);
    }

    private static DateTimeOffset? InstantOf(EntryReader entry, string key)
    {
        if (entry.Text(key, 64, nullable: true) is not { Value: { } text })
        {
            return null;
        }

        if (PolicyTerms.TryReadInstant(text, out var instant))
        {
            return instant;
        }

        entry.Report(key, $"'{text}' is no instant: {PolicyTerms.InstantGrammar}");
        return null;
    }
}
