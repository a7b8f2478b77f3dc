using Microsoft.AspNetCore.Components;

namespace Platform.Api.Http.Pages.Components;

/// <summary>A field of a form, with its label, its hint and what is wrong with it.</summary>
public abstract class FieldComponent : ComponentBase
{
    /// <summary>The form.</summary>
    [CascadingParameter]
    public PostFormState Form { get; set; } = null!;

    /// <summary>Its name, in the form and in refusals.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>What it is called.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>What to put in; null: the label says it.</summary>
    [Parameter]
    public string? Hint { get; set; }

    /// <summary>What is in it now.</summary>
    [Parameter]
    public string? Value { get; set; }

    /// <summary>Whether something has to be put in.</summary>
    [Parameter]
    public bool Required { get; set; }

    /// <summary>The id of the element.</summary>
    protected string Id => Form.Prefix + Name;

    /// <summary>What is wrong with it; null: nothing.</summary>
    protected string? Error => Form.ErrorOf(Name);

    /// <summary>The ids of what describes it.</summary>
    protected string? DescribedBy => (Error, Hint) switch
    {
        (null, null) => null,
        (null, _) => Id + "-hint",
        (_, null) => Id + "-error",
        _ => $"{Id}-error {Id}-hint",
    };
}
