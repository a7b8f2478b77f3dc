using System.Diagnostics.CodeAnalysis;

namespace Platform.Grains.Administration;

/// <summary>What kind of refusal it is; each way in says it in its own way (a status, an exit code).</summary>
public enum RefusalKind
{
    /// <summary>A value is not one (HTTP 400).</summary>
    Invalid,

    /// <summary>The actor sees it, and may not do this (403).</summary>
    Forbidden,

    /// <summary>There is no such thing, or none that the actor may know of (404).</summary>
    NotFound,

    /// <summary>The present state does not allow it (409).</summary>
    Conflict,

    /// <summary>It was changed since the actor read it (412).</summary>
    PreconditionFailed,
}

/// <summary>Why nothing was changed.</summary>
/// <param name="Kind">What kind of refusal it is.</param>
/// <param name="Code">A stable code, lower-case with hyphens.</param>
/// <param name="Message">What is wrong, in a sentence for people.</param>
/// <param name="Field">Which value is wrong, as the actor named it; null: none in particular.</param>
public sealed record AdministrationRefusal(RefusalKind Kind, string Code, string Message, string? Field = null)
{
    /// <summary>It was changed since the actor read it.</summary>
    public static AdministrationRefusal Stale { get; } = new(
        RefusalKind.PreconditionFailed, "changed-meanwhile", "It was changed since you read it; read it again.");

    /// <summary>There is no such scope, or none that the actor may know of.</summary>
    public static AdministrationRefusal NoSuchScope { get; } = new(RefusalKind.NotFound, "no-such-scope", "There is no such scope.");

    /// <summary>There is no such user, or none that the actor may know of.</summary>
    public static AdministrationRefusal NoSuchUser { get; } = new(RefusalKind.NotFound, "no-such-user", "There is no such user.");

    /// <summary>The actor may not do this here.</summary>
    public static AdministrationRefusal Forbidden(string message) => new(RefusalKind.Forbidden, "not-allowed", message);

    /// <summary>A value is not one.</summary>
    public static AdministrationRefusal Invalid(string field, string message) => new(RefusalKind.Invalid, "invalid-value", message, field);

    /// <summary>The present state does not allow it.</summary>
    public static AdministrationRefusal Conflict(string code, string message) => new(RefusalKind.Conflict, code, message);
}

/// <summary>How an act ended: with what it made, or with the reason why nothing was changed.</summary>
/// <typeparam name="T">What it makes.</typeparam>
public sealed class AdministrationResult<T>
    where T : class
{
    private AdministrationResult(T? value, AdministrationRefusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    /// <summary>What was made; null where it was refused.</summary>
    public T? Value { get; }

    /// <summary>Why not; null where it was done.</summary>
    public AdministrationRefusal? Refusal { get; }

    /// <summary>Whether it was done.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsDone => Refusal is null;

    /// <summary>It was done, where what was made is an interface, from which the language converts nothing.</summary>
    public static AdministrationResult<T> Done(T value) => new(value, null);

    /// <summary>It was done.</summary>
    public static implicit operator AdministrationResult<T>(T value) => new(value, null);

    /// <summary>It was refused.</summary>
    public static implicit operator AdministrationResult<T>(AdministrationRefusal refusal) => new(null, refusal);
}
