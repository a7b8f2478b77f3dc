using Platform.Grains.Cluster;

namespace Platform.Grains.OAuth;

/// <summary>
/// All tokens that came from one authorization, keyed by <see cref="FamilyId.GrainKey"/>. Access tokens carry its id and are over when it
/// is; refresh tokens follow one another in it. An ended family never starts again.
/// </summary>
[Alias("platform.ITokenFamilyGrain")]
public interface ITokenFamilyGrain : IExpiringGrain
{
    /// <summary>Starts the family.</summary>
    /// <returns>False where it has been ended already, by a second use of its code perhaps, which may overtake the first.</returns>
    [Alias("StartAsync"), Idempotent]
    Task<bool> StartAsync(FamilyStart start);

    /// <summary>The family; null where there is none, or it is over.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<FamilySnapshot?> FindAsync();

    /// <summary>Replaces the refresh token by its successor, which follows from it (docs/decisions, refresh tokens).</summary>
    [Alias("RotateAsync"), Idempotent]
    Task<RotationResult> RotateAsync(Rotation rotation);

    /// <summary>Ends the family; also one that has not started yet.</summary>
    /// <returns>False where it was over already.</returns>
    [Alias("EndAsync"), Idempotent]
    Task<bool> EndAsync();
}

/// <summary>What a family begins with.</summary>
/// <param name="Authorization">What it stands for.</param>
/// <param name="RefreshTokenHash">SHA-256 of its first refresh token, lower-case hexadecimal; null: it has none.</param>
/// <param name="IdleLifetime">After how long without a refresh it is over.</param>
/// <param name="EndsAt">When it is over in any case (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.FamilyStart")]
public sealed record FamilyStart(
    [property: Id(0)] AuthorizationSnapshot Authorization,
    [property: Id(1)] string? RefreshTokenHash,
    [property: Id(2)] TimeSpan IdleLifetime,
    [property: Id(3)] DateTimeOffset EndsAt);

/// <summary>A family as its grain hands it out.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Authorization">What it stands for.</param>
/// <param name="Generation">How often its refresh token was replaced; 0 at first.</param>
/// <param name="HasRefreshToken">Whether it has one.</param>
/// <param name="StartedAt">When it began (UTC).</param>
/// <param name="EndsAt">When it is over in any case (UTC).</param>
/// <param name="IdleEndsAt">When it is over without another refresh (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.FamilySnapshot")]
public sealed record FamilySnapshot(
    [property: Id(0)] FamilyId Id,
    [property: Id(1)] AuthorizationSnapshot Authorization,
    [property: Id(2)] int Generation,
    [property: Id(3)] bool HasRefreshToken,
    [property: Id(4)] DateTimeOffset StartedAt,
    [property: Id(5)] DateTimeOffset EndsAt,
    [property: Id(6)] DateTimeOffset IdleEndsAt);

/// <summary>The use of a refresh token. The caller has made sure that the platform made the token (its seal), and which client presents it.</summary>
/// <param name="Client">Who presents it.</param>
/// <param name="Generation">The generation that the token says it is of.</param>
/// <param name="PresentedHash">SHA-256 of the token presented.</param>
/// <param name="SuccessorHash">SHA-256 of the token that follows from it; null: this client's tokens are not replaced, the use is noted.</param>
/// <param name="Grace">How long a token that was just replaced is answered with the same successor again.</param>
/// <param name="IdleLifetime">After how long without a refresh the family is over from now on.</param>
[GenerateSerializer, Immutable, Alias("platform.Rotation")]
public sealed record Rotation(
    [property: Id(0)] ClientId Client,
    [property: Id(1)] int Generation,
    [property: Id(2)] string PresentedHash,
    [property: Id(3)] string? SuccessorHash,
    [property: Id(4)] TimeSpan Grace,
    [property: Id(5)] TimeSpan IdleLifetime);

/// <summary>How the use of a refresh token ended.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Family">The family; null where it is over.</param>
[GenerateSerializer, Immutable, Alias("platform.RotationResult")]
public sealed record RotationResult([property: Id(0)] RotationOutcome Outcome, [property: Id(1)] FamilySnapshot? Family);

/// <summary>How the use of a refresh token ended.</summary>
[Alias("platform.RotationOutcome")]
public enum RotationOutcome
{
    /// <summary>The successor is the token now.</summary>
    Rotated,

    /// <summary>It had just been replaced by the same successor: a second tab, or an answer that was lost.</summary>
    Repeated,

    /// <summary>It is not replaced; its use was noted.</summary>
    Kept,

    /// <summary>It had been replaced before: the family is over now.</summary>
    Reused,

    /// <summary>The family is over or unknown, belongs to another client, or the token is none of its.</summary>
    Refused,
}
