using Platform.Grains.Scopes;

namespace Platform.Api.Tests.Administration.Permissions;

/// <summary>What an attempt is about: names that no other attempt has.</summary>
/// <param name="Name">A new name.</param>
/// <param name="Own">A VRE of this attempt alone, where the act uses one up; otherwise the one that all share.</param>
public sealed record Target(string Name, string Own)
{
    /// <summary>A VRE that is not there yet.</summary>
    public string New => $"{PermissionNode.Vo}/{Name}";
}

/// <summary>A request to the REST endpoints.</summary>
public sealed record RestCall(string Method, string Path, string? Body = null, string MediaType = "application/json");

/// <summary>What a person does in the console.</summary>
/// <param name="At">The page that offers it.</param>
/// <param name="Offer">What stands in that page for those who may, and for nobody else.</param>
/// <param name="Form">The page with the form; or, where nothing is sent, the page that is looked at.</param>
/// <param name="Action">Where the form is sent; null: the act is looking at the page.</param>
/// <param name="Fields">What is typed into it.</param>
public sealed record ConsoleStep(string At, string Offer, string Form, string? Action = null, params (string Name, string Value)[] Fields);

/// <summary>A command, with what is on its standard input.</summary>
public sealed record CommandCall(string[] Arguments, string Input = "");

/// <summary>The act that stands for a permission: who may, and how it is done by each of the three ways in.</summary>
/// <param name="Permission">What it takes.</param>
/// <param name="Allowed">The roles whose holders may. They stand here once, apart from the table in the code.</param>
/// <param name="Rest">By REST.</param>
/// <param name="Console">In the console.</param>
/// <param name="Command">By the command line.</param>
public sealed record PermissionAct(
    Permission Permission, string[] Allowed, Func<Target, RestCall> Rest, Func<Target, ConsoleStep> Console, Func<Target, CommandCall> Command)
{
    /// <summary>Whether each attempt needs a VRE of its own.</summary>
    public bool UsesUp { get; init; }

    /// <summary>What has to be there first; null: nothing.</summary>
    public Func<PermissionNode, Target, Task>? Prepare { get; init; }

    /// <summary>What the act changes, as it is now; null: it changes nothing, and shows something instead.</summary>
    public Func<PermissionNode, Target, Task<string>>? State { get; init; }

    /// <summary>What is in the answer for those who may; null: it changes something instead.</summary>
    public string? Shows { get; init; }
}
