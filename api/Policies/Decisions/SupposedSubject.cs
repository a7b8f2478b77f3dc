using Platform.Api.Policies.Subjects;
using Platform.Grains.OAuth;

namespace Platform.Api.Policies.Decisions;

/// <summary>Somebody who is not calling, and about whom a decision is asked for.</summary>
/// <param name="User">A user, by the name in the local directory or by <c>directory:id</c>; null: none.</param>
/// <param name="Client">A client for itself; null: none. Without user and client it is nobody.</param>
/// <param name="Call">How they would call.</param>
internal sealed record SupposedSubject(string? User, ClientId? Client, SupposedCall Call)
{
    /// <summary>Nobody: a caller without valid credentials.</summary>
    public static SupposedSubject Nobody { get; } = new(null, null, new SupposedCall(null, null, null, null));
}
