using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Scopes;

/// <summary>What a VRE shall be.</summary>
/// <param name="Manager">Who will manage it.</param>
internal record DefinitionBody(string Manager)
{
    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    public string? Designer { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public ScopeVisibility Visibility { get; init; }

    public ScopeAdmission Admission { get; init; }

    public string? Message { get; init; }

    public VreDefinition ToDefinition() => new()
    {
        DisplayName = DisplayName,
        Description = Description,
        Designer = Designer,
        Manager = Manager,
        StartsAt = StartsAt,
        EndsAt = EndsAt,
        Visibility = Visibility,
        Admission = Admission,
        Message = Message,
    };
}

/// <summary>A VRE to define.</summary>
/// <param name="Path">Where.</param>
/// <param name="Manager">Who will manage it.</param>
internal sealed record NewDefinitionBody(string Path, string Manager) : DefinitionBody(Manager);

/// <summary>Why something is rejected.</summary>
internal sealed record RejectionBody
{
    public string? Reason { get; init; }
}

/// <summary>A definition on the wire.</summary>
internal sealed record DefinitionDocument(
    string Path,
    string Id,
    string DisplayName,
    string? Description,
    UserDocument Designer,
    UserDocument Manager,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    ScopeVisibility Visibility,
    ScopeAdmission Admission,
    string? Message,
    DateTimeOffset DefinedAt,
    string DefinedBy,
    DateTimeOffset? RejectedAt,
    string? RejectedBy,
    string? Reason,
    bool MayApprove,
    bool MayChange,
    string Etag)
{
    public static DefinitionDocument Of(AdministeredDefinition definition) => new(
        definition.Path.Value,
        definition.Path.ToSegment(),
        definition.Definition.DisplayName ?? definition.Path.Name,
        definition.Definition.Description,
        UserDocument.Of(definition.Designer),
        UserDocument.Of(definition.Manager),
        definition.Definition.StartsAt,
        definition.Definition.EndsAt,
        definition.Definition.Visibility,
        definition.Definition.Admission,
        definition.Definition.Message,
        definition.DefinedAt,
        definition.DefinedBy,
        definition.RejectedAt,
        definition.RejectedBy,
        definition.Reason,
        definition.MayApprove,
        definition.MayChange,
        definition.Tag);
}

/// <summary>A user, or a client as a member, on the wire.</summary>
/// <param name="Id">Directory and id.</param>
/// <param name="UserName">The name.</param>
/// <param name="DisplayName">The full name.</param>
/// <param name="Mail">The mail address; null: none.</param>
/// <param name="Disabled">Whether they cannot log in.</param>
internal sealed record UserDocument(string Id, string UserName, string DisplayName, string? Mail, bool Disabled)
{
    public static UserDocument Of(KnownUser user) => new(user.Key.ToString(), user.UserName, user.DisplayName, user.Mail, user.Disabled);
}
