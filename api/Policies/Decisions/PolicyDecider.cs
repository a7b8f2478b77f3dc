using System.Net;
using Platform.Api.Policies.Subjects;
using Platform.Api.Users;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Users;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.Decisions;

/// <summary>A subject and the policies, of one instant.</summary>
/// <param name="Subject">The subject; null where there is none of that name who may call.</param>
/// <param name="Facts">What the policies were.</param>
internal sealed record Considered(IPolicySubject? Subject, PolicyFacts Facts);

/// <summary>Decides about those who are not calling. Each decision rests on one version query that begins after it was asked for (invariant 2).</summary>
internal sealed class PolicyDecider(IPolicyCheck check, PolicySubjects subjects, IPlatformGrains grains, IDirectoryRecheck directories, TimeProvider time)
{
    private const int MaxKeyLength = 512;

    /// <summary>Finds subject and policies.</summary>
    public async ValueTask<Considered> ConsiderAsync(PolicyQuestion question, SupposedSubject subject, CancellationToken cancellationToken)
    {
        if (subject.User is { } user)
        {
            return await OfUserAsync(question, user, subject.Call, cancellationToken);
        }

        if (subject.Client is { } client)
        {
            var live = await check.FindClientAsync(client, question, cancellationToken);
            return new Considered(live is null ? null : subjects.Of(live, subject.Call), question.Facts!);
        }

        return new Considered(AnonymousSubject.Instance, await check.ReadAsync(question, cancellationToken));
    }

    /// <summary>Decides, and says why; null where there is no set or no subject, and nothing is let through.</summary>
    public PolicyExplanation? Explain(Considered considered, CompiledPolicySet? set, string method, RequestUrl url, IPAddress? address, DateTimeOffset? at) =>
        considered.Subject is null ? null : set?.Explain(new PolicyRequest(method, url, considered.Subject, address, at ?? time.GetUtcNow(), considered.Facts.Documents));

    private async ValueTask<Considered> OfUserAsync(PolicyQuestion question, string nameOrKey, SupposedCall call, CancellationToken cancellationToken)
    {
        if (await FindKeyAsync(nameOrKey) is not { } key || await check.FindUserAsync(key, question, cancellationToken) is not { } known)
        {
            return new Considered(null, question.Facts ?? await check.ReadAsync(question, cancellationToken));
        }

        var confirmation = directories.ConfirmAsync(key, cancellationToken);
        var asked = !confirmation.IsCompleted;
        if (!await confirmation)
        {
            return new Considered(null, question.Facts!);
        }

        // The directory may have taken away what the user was found with: the decision rests on what holds since.
        var now = asked ? await check.FindUserAsync(key, question, cancellationToken) : known;
        return new Considered(now is null ? null : subjects.Of(now, call), question.Facts!);
    }

    private async ValueTask<UserKey?> FindKeyAsync(string nameOrKey)
    {
        var colon = nameOrKey.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            // PostgreSQL takes no NUL in a key; no directory has a control character in an id.
            return colon > 0 && colon < nameOrKey.Length - 1 && nameOrKey.Length <= MaxKeyLength && !nameOrKey.Any(char.IsControl)
                ? UserKey.Parse(nameOrKey)
                : null;
        }

        return LocalName.TryParse(nameOrKey, out var name) ? await grains.LocalName(name).FindHolderAsync() : null;
    }
}
