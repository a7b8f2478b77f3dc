using System.Text.Json.Serialization;
using Platform.Api.Console.Administration.Local;
using Platform.Api.Scopes.Import;

namespace Platform.Api.Console;

/// <summary>
/// A command with all that it was given: it runs in this process, or in the server that has the store open, to which it goes as JSON
/// over the control socket.
/// </summary>
/// <param name="Actor">Who gave it, for the audit.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(ImportRequest), "import")]
[JsonDerivedType(typeof(OpenToxImportRequest), "import-opentox")]
[JsonDerivedType(typeof(ExportRequest), "export")]
[JsonDerivedType(typeof(AddUserRequest), "user-add")]
[JsonDerivedType(typeof(SetUserDisabledRequest), "user-disable")]
[JsonDerivedType(typeof(SetPasswordRequest), "user-password")]
[JsonDerivedType(typeof(ListPoliciesRequest), "policy-list")]
[JsonDerivedType(typeof(ShowPolicyRequest), "policy-show")]
[JsonDerivedType(typeof(PutPolicyRequest), "policy-put")]
[JsonDerivedType(typeof(PolicyHistoryRequest), "policy-history")]
[JsonDerivedType(typeof(RollBackPolicyRequest), "policy-rollback")]
[JsonDerivedType(typeof(RemovePolicyRequest), "policy-remove")]
[JsonDerivedType(typeof(AuditRequest), "audit")]
[JsonDerivedType(typeof(VerifyAuditRequest), "audit-verify")]
[JsonDerivedType(typeof(AdminRequest), "admin")]
internal abstract record ConsoleRequest(string Actor);

/// <summary>Imports scopes and memberships.</summary>
internal sealed record ImportRequest(string Actor, byte[] Content, ScopeFileFormat? Format, bool CheckOnly, bool UnseenUsers, bool Json)
    : ConsoleRequest(Actor);

/// <summary>Imports the configuration of an OpenTox service's filter as the policy set of a service.</summary>
internal sealed record OpenToxImportRequest(
    string Actor, byte[] Content, string Service, IReadOnlyDictionary<string, string> Hosts, bool AcceptDisabled, bool CheckOnly, bool Json)
    : ConsoleRequest(Actor);

/// <summary>Exports scopes and memberships.</summary>
internal sealed record ExportRequest(string Actor, ScopeFileFormat Format, bool Voms) : ConsoleRequest(Actor);

/// <summary>Makes a local user.</summary>
internal sealed record AddUserRequest(string Actor, string Name, string Password, bool Admin, string? DisplayName, string? Mail)
    : ConsoleRequest(Actor)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"user add {Name}";
}

/// <summary>Disables or enables a local user.</summary>
internal sealed record SetUserDisabledRequest(string Actor, string Name, bool Disabled) : ConsoleRequest(Actor);

/// <summary>Sets a local user's password.</summary>
internal sealed record SetPasswordRequest(string Actor, string Name, string Password) : ConsoleRequest(Actor)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"user password {Name}";
}

/// <summary>Prints the services that have a policy set.</summary>
internal sealed record ListPoliciesRequest(string Actor) : ConsoleRequest(Actor);

/// <summary>Prints a service's policy set, the newest revision or another.</summary>
internal sealed record ShowPolicyRequest(string Actor, string Service, long? Revision) : ConsoleRequest(Actor);

/// <summary>Checks a policy set, and stores it.</summary>
internal sealed record PutPolicyRequest(string Actor, string Service, byte[] Content, ScopeFileFormat? Format, bool CheckOnly, string? Comment)
    : ConsoleRequest(Actor);

/// <summary>Prints the revisions of a service's policy set.</summary>
internal sealed record PolicyHistoryRequest(string Actor, string Service) : ConsoleRequest(Actor);

/// <summary>Stores an earlier revision of a service's policy set again.</summary>
internal sealed record RollBackPolicyRequest(string Actor, string Service, long Revision, string? Comment) : ConsoleRequest(Actor);

/// <summary>Removes a service's policy set.</summary>
internal sealed record RemovePolicyRequest(string Actor, string Service, string? Comment) : ConsoleRequest(Actor);

/// <summary>Prints audit entries.</summary>
internal sealed record AuditRequest(string Actor, DateTimeOffset? Since, DateTimeOffset? Until, string? Subject, string? Action, bool Json)
    : ConsoleRequest(Actor);

/// <summary>Verifies the audit.</summary>
internal sealed record VerifyAuditRequest(string Actor, bool Json) : ConsoleRequest(Actor);
