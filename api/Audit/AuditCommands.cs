using System.Text;
using System.Text.Json;
using Platform.Api.Console;
using Platform.Grains.Audit;
using Platform.Grains.Administration.Users;

namespace Platform.Api.Audit;

/// <summary>The commands <c>audit</c> and <c>audit --verify</c>.</summary>
internal sealed class AuditCommands(AuditReader reader, AuditVerifier verifier, UserAdministration users)
{
    internal async Task<int> ListAsync(AuditRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        var filter = new AuditFilter(request.Since, request.Until, await SubjectsAsync(request.Subject, cancellationToken), request.Action);
        var lines = new StringBuilder();
        await foreach (var record in reader.ListAsync(filter, cancellationToken))
        {
            lines.Append(request.Json ? AuditLines.ToJson(record) : ToLine(record)).Append('\n');
            if (lines.Length > 32 * 1024)
            {
                await output.WriteAsync(lines.ToString());
                lines.Clear();
            }
        }

        await output.WriteAsync(lines.ToString());
        return ExitCode.Ok;
    }

    internal async Task<int> VerifyAsync(VerifyAuditRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        var result = await verifier.VerifyAsync(cancellationToken);
        if (request.Json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(
                new
                {
                    result.Chains,
                    result.Entries,
                    findings = result.Findings.Select(finding => new { finding.Chain.Node, finding.Chain.Day, finding.Seq, finding.Problem }),
                },
                JsonSerializerOptions.Web));
        }
        else if (result.Findings.Count > 0)
        {
            await output.WriteErrorAsync(string.Concat(result.Findings.Select(finding => ConsoleText.Printable(finding.ToString()) + "\n")));
            await output.WriteErrorLineAsync($"The audit is not as it was written: {result.Findings.Count} findings in {result.Chains} chains.");
        }
        else
        {
            await output.WriteLineAsync($"The audit is as it was written: {result.Entries} entries in {result.Chains} chains, all heads signed.");
        }

        return result.Findings.Count > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    /// <summary>What stands in entries for the subject that was asked for: refused logins have the name that was typed, others the key.</summary>
    private async Task<IReadOnlyCollection<string>?> SubjectsAsync(string? subject, CancellationToken cancellationToken)
    {
        if (subject is null)
        {
            return null;
        }

        var subjects = new HashSet<string>(StringComparer.Ordinal) { subject };
        if (await users.FindKeyAsync(subject, cancellationToken) is { } user)
        {
            subjects.Add(user.ToString());
        }

        return subjects;
    }

    private static string ToLine(AuditRecord record)
    {
        var entry = record.Entry;
        return string.Join("  ", new[]
        {
            AuditLines.Time(record.At),
            entry.Action.PadRight(17),
            entry.Outcome.PadRight(16),
            entry.Subject ?? "-",
            entry.Object ?? "-",
            entry.Address,
            entry.Detail ?? "",
        }.Select(ConsoleText.Printable)).TrimEnd();
    }
}
