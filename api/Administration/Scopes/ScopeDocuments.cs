using System.Collections.Immutable;
using Platform.Api.Administration.Http;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Scopes;

/// <summary>A scope on the wire.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Id">The same as one segment of a URL.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Parent">The scope above; null above a root.</param>
/// <param name="DisplayName">Its name.</param>
/// <param name="Description">Its description; null: none.</param>
/// <param name="Visibility">Who finds it in a list.</param>
/// <param name="Admission">How people become members.</param>
/// <param name="Anonymous">What callers without a session may do in it.</param>
/// <param name="StartsAt">When it begins; null: at once.</param>
/// <param name="EndsAt">When it ends; null: not.</param>
/// <param name="Suspended">Whether it is closed for a while.</param>
/// <param name="Archived">Whether it is closed for good.</param>
/// <param name="Open">Whether it and all above it can be entered now.</param>
/// <param name="TermsVersion">The version of its acceptable-use policy; null: none.</param>
/// <param name="Allowed">What the caller may do in it.</param>
internal sealed record ScopeDocument(
    string Path,
    string Id,
    ScopeKind Kind,
    string? Parent,
    string DisplayName,
    string? Description,
    ScopeVisibility Visibility,
    ScopeAdmission Admission,
    ImmutableArray<string> Anonymous,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    bool Suspended,
    bool Archived,
    bool Open,
    int? TermsVersion,
    ImmutableArray<Permission> Allowed)
{
    public static ScopeDocument Of(AdministeredScope scope) => new(
        scope.Scope.Path.Value,
        scope.Scope.Path.ToSegment(),
        scope.Scope.Path.Kind,
        scope.Scope.Path.Parent?.Value,
        scope.Scope.DisplayName,
        scope.Scope.Description,
        scope.Scope.Visibility,
        scope.Scope.Admission,
        scope.Scope.AnonymousOperations,
        scope.Scope.StartsAt,
        scope.Scope.EndsAt,
        scope.Scope.Suspended,
        scope.Scope.Archived,
        scope.IsOpen,
        scope.Scope.Terms?.Version,
        scope.Allowed);
}

/// <summary>A scope in a list, with how many lie right below it, and its entity tag.</summary>
internal sealed record ListedScopeDocument(ScopeDocument Scope, int Children, string Etag);

/// <summary>A scope to make.</summary>
/// <param name="Path">Where.</param>
internal sealed record NewScopeBody(string Path)
{
    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    public ScopeVisibility Visibility { get; init; }

    public ScopeAdmission Admission { get; init; }

    public ImmutableArray<string> Anonymous { get; init; } = [];

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public NewScope ToScope(ScopePath path) => new(path)
    {
        DisplayName = DisplayName,
        Description = Description,
        Visibility = Visibility,
        Admission = Admission,
        Anonymous = Anonymous,
        StartsAt = StartsAt,
        EndsAt = EndsAt,
    };
}

/// <summary>What to change of a scope (RFC 7396).</summary>
internal sealed record ScopeChangeBody
{
    public Given<string?> DisplayName { get; init; }

    public Given<string?> Description { get; init; }

    public Given<ScopeVisibility> Visibility { get; init; }

    public Given<ScopeAdmission> Admission { get; init; }

    public Given<ImmutableArray<string>> Anonymous { get; init; }

    public Given<DateTimeOffset?> StartsAt { get; init; }

    public Given<DateTimeOffset?> EndsAt { get; init; }

    public ScopeChange ToChange() => new()
    {
        DisplayName = DisplayName.ToCore(),
        Description = Description.ToCore(),
        Visibility = Visibility.ToCore(),
        Admission = Admission.ToCore(),
        Anonymous = Anonymous.ToCore(),
        StartsAt = StartsAt.ToCore(),
        EndsAt = EndsAt.ToCore(),
    };
}

/// <summary>Where to move a VRE.</summary>
/// <param name="To">The VO.</param>
internal sealed record ScopeMoveBody(string To);

/// <summary>A VRE that was moved.</summary>
internal sealed record MovedScopeDocument(ScopeDocument Scope, string From, int Members, int Documents, ImmutableArray<string> PolicySets);
