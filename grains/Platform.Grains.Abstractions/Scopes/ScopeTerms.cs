using System.Collections.Immutable;

namespace Platform.Grains.Scopes;

/// <summary>
/// What a VO or an infrastructure asks of those who enter it or what lies below it: its acceptable-use policy, without the text. It stands with
/// the scope, so that entering rests on no further row.
/// </summary>
/// <param name="Published">When each version was published (UTC), from version 1 on; the last one is in force.</param>
/// <param name="Grace">How long who was a member before, or signed an earlier version or too long ago, may go on without signing.</param>
/// <param name="RenewEvery">How long a signature holds; null: until the next version.</param>
/// <param name="Required">Whether it has to be signed at all.</param>
[GenerateSerializer, Immutable, Alias("platform.ScopeTerms")]
public sealed record ScopeTerms(
    [property: Id(0)] ImmutableArray<DateTimeOffset> Published,
    [property: Id(1)] TimeSpan Grace,
    [property: Id(2)] TimeSpan? RenewEvery,
    [property: Id(3)] bool Required)
{
    /// <summary>The version in force, from 1.</summary>
    public int Version => Published.Length;

    /// <summary>Until when someone may enter without signing (again): <see cref="DateTimeOffset.MinValue"/> where they have to sign first.</summary>
    /// <param name="signature">The newest signature; null: they never signed.</param>
    /// <param name="memberSince">Since when they belong here; null: they do not, or have since ever.</param>
    public DateTimeOffset HoldsUntil(TermsSignature? signature, DateTimeOffset? memberSince)
    {
        if (!Required || Published.IsEmpty)
        {
            return DateTimeOffset.MaxValue;
        }

        // Grace runs from the first version that they have not signed: a further one does not begin it anew.
        var signed = signature is null ? 0 : Math.Min(signature.Version, Published.Length);
        if (signed == 0 && memberSince >= Published[0])
        {
            return DateTimeOffset.MinValue;
        }

        var byVersion = signed == Published.Length ? DateTimeOffset.MaxValue : Published[signed] + Grace;
        var byAge = signature is not null && RenewEvery is { } age ? signature.SignedAt + age + Grace : DateTimeOffset.MaxValue;
        return byVersion < byAge ? byVersion : byAge;
    }

    /// <summary>Whether someone should sign now, whether they still may enter without or not.</summary>
    public bool AreDue(TermsSignature? signature, DateTimeOffset now) =>
        Required && !Published.IsEmpty
        && (signature is null || signature.Version < Version || (RenewEvery is { } age && signature.SignedAt + age <= now));
}

/// <summary>A user's signature under an acceptable-use policy.</summary>
/// <param name="Scope">The scope whose policy it is.</param>
/// <param name="Version">The version.</param>
/// <param name="SignedAt">When (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.TermsSignature")]
public sealed record TermsSignature([property: Id(0)] ScopePath Scope, [property: Id(1)] int Version, [property: Id(2)] DateTimeOffset SignedAt);
