using Platform.Grains.Administration;

namespace Platform.Api.Http.Pages.Components;

/// <summary>What the fields of a form have to know of it.</summary>
/// <param name="Prefix">What their ids begin with; the form that was refused has none, so that the summary of what is wrong finds them.</param>
/// <param name="Typed">What was sent and not done; null: nothing.</param>
/// <param name="Refusal">Why not.</param>
public sealed record PostFormState(string Prefix, IReadOnlyDictionary<string, string>? Typed, AdministrationRefusal? Refusal)
{
    /// <summary>What a field shows: what was typed, or else what is.</summary>
    public string? ValueOf(string name, string? value) => Typed is null ? value : Typed.GetValueOrDefault(name, "");

    /// <summary>Whether a box is ticked; browsers send nothing for one that is not.</summary>
    public bool IsTicked(string name, bool value) => Typed is null ? value : Typed.ContainsKey(name);

    /// <summary>What is wrong with a field; null: nothing.</summary>
    public string? ErrorOf(string name) => Refusal?.Field == name ? Refusal.Message : null;
}
