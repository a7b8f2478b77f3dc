using System.Collections.Immutable;
using Platform.Api.Policies.Subjects;
using Platform.Api.Users;
using Platform.Grains.Policies.Documents;
using Platform.Grains.Users;

namespace Platform.Api.Policies.OpenSso.Documents;

/// <summary>Finds the users and groups that a policy document names.</summary>
internal sealed class DocumentSubjects(OpenSsoNames names, PolicyGroups groups, UserDirectories directories)
{
    /// <summary>
    /// The subjects with users by their keys, so that whoever has a name later is not taken for who had it. A name of nobody stays one, of the
    /// local directory; where all others are meant it is refused, since it would mean everyone. Where a directory does not answer, nobody knows
    /// whose the name is: a deny would speak of the wrong user, or an allow would.
    /// </summary>
    public async ValueTask<(ImmutableArray<DocumentSubject> Subjects, DocumentFault? Fault)> FindAsync(PolicyDocument policy, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<DocumentSubject>();
        foreach (var subject in policy.Subjects?.All ?? [])
        {
            var values = ImmutableArray.CreateBuilder<string>();
            foreach (var value in subject.Values)
            {
                var (name, fault) = await FindAsync(subject, value, cancellationToken);
                if (fault is not null)
                {
                    return ([], fault);
                }

                values.Add(name!);
            }

            found.Add(new DocumentSubject(subject.Kind, subject.Exclusive, values.ToImmutable()));
        }

        return (found.ToImmutable(), null);
    }

    private async ValueTask<(string? Name, DocumentFault? Fault)> FindAsync(PolicyDocumentSubject subject, string value, CancellationToken cancellationToken)
    {
        if (subject.Kind == DocumentSubjectKind.Groups)
        {
            return names.Find(value, "cn") is not { } group ? (null, DocumentFault.Of($"A group is 'cn=name,ou=groups,{names.Realm}'."))
                : subject.Exclusive && !groups.TryFind(group, out _) ? (null, DocumentFault.Of("A group that all but its members are meant by is none that there is."))
                : (group, null);
        }

        if (names.Find(value, "uid") is not { } user || !LocalName.TryParse(user, out var name))
        {
            return (null, DocumentFault.Of($"A user is 'uid=name,ou=people,{names.Realm}'."));
        }

        foreach (var directory in directories.Ordered)
        {
            var holder = await directory.ResolveAsync(name, cancellationToken);
            if (!holder.Answered)
            {
                return (null, new DocumentFault(StatusCodes.Status503ServiceUnavailable, "The directory of users does not answer."));
            }

            if (holder.Key is { } key)
            {
                return (key.ToString(), null);
            }
        }

        return subject.Exclusive ? (null, DocumentFault.Of("A user whom all but them are meant by is none that there is.")) : (name.Value, null);
    }
}

/// <summary>Why a policy document is not registered.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Line">The reason, in a line.</param>
internal sealed record DocumentFault(int Status, string Line)
{
    /// <summary>Something is wrong with the document.</summary>
    public static DocumentFault Of(string line) => new(StatusCodes.Status400BadRequest, line);
}
