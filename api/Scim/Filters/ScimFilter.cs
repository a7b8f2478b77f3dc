using System.Text.Json;

namespace Platform.Api.Scim.Filters;

/// <summary>A filter of RFC 7644 §3.4.2.2, parsed.</summary>
internal abstract record ScimFilter
{
    /// <summary>The parts that all have to hold: one, unless it is an <c>and</c>.</summary>
    public IEnumerable<ScimFilter> Conjuncts() => this is AndFilter and ? and.Left.Conjuncts().Concat(and.Right.Conjuncts()) : [this];
}

/// <summary>Both hold.</summary>
internal sealed record AndFilter(ScimFilter Left, ScimFilter Right) : ScimFilter;

/// <summary>At least one holds.</summary>
internal sealed record OrFilter(ScimFilter Left, ScimFilter Right) : ScimFilter;

/// <summary>It does not hold.</summary>
internal sealed record NotFilter(ScimFilter Inner) : ScimFilter;

/// <summary>An attribute has a value, or one that compares so.</summary>
/// <param name="Path">The attribute.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">With what: a string, a number, true, false or null; undefined for <see cref="ScimOperator.Present"/>.</param>
internal sealed record ComparisonFilter(ScimAttribute Path, ScimOperator Operator, JsonElement Value) : ScimFilter
{
    /// <summary>The value as text; null where it is none.</summary>
    public string? Text => Value.ValueKind == JsonValueKind.String ? Value.GetString() : null;
}

/// <summary>One of an attribute's values has all that the inner filter asks: <c>emails[type eq "work" and value co "@x"]</c>.</summary>
/// <param name="Path">The attribute with several values.</param>
/// <param name="Inner">What one of them has to be.</param>
internal sealed record ValueFilter(ScimAttribute Path, ScimFilter Inner) : ScimFilter;

/// <summary>An attribute by its name: <c>userName</c>, <c>name.formatted</c>, <c>urn:…:User:userName</c>. Names have no letter case (§3.10).</summary>
/// <param name="Schema">The schema's URN; null: that of the resource.</param>
/// <param name="Name">The attribute.</param>
/// <param name="Sub">The sub-attribute; null: none.</param>
internal sealed record ScimAttribute(string? Schema, string Name, string? Sub)
{
    /// <summary>Whether it is the attribute of this name, <c>emails</c> or <c>emails.value</c>.</summary>
    public bool Is(string name, string? sub = null) =>
        Name.Equals(name, StringComparison.OrdinalIgnoreCase) && string.Equals(Sub, sub, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => (Schema is null ? "" : Schema + ":") + Name + (Sub is null ? "" : "." + Sub);
}

/// <summary>What a PATCH changes (§3.5.2): an attribute, those of its values that a filter picks, and a sub-attribute of them.</summary>
/// <param name="Attribute">The attribute, with its sub-attribute where no filter stands between.</param>
/// <param name="Values">Which of its values; null: all.</param>
/// <param name="Sub">The sub-attribute of the values that were picked; null: they as a whole.</param>
internal sealed record ScimPath(ScimAttribute Attribute, ScimFilter? Values, string? Sub);

/// <summary>The comparisons of RFC 7644, table 3.</summary>
internal enum ScimOperator
{
    /// <summary><c>eq</c>.</summary>
    Equal,

    /// <summary><c>ne</c>.</summary>
    NotEqual,

    /// <summary><c>co</c>.</summary>
    Contains,

    /// <summary><c>sw</c>.</summary>
    StartsWith,

    /// <summary><c>ew</c>.</summary>
    EndsWith,

    /// <summary><c>gt</c>.</summary>
    Greater,

    /// <summary><c>ge</c>.</summary>
    GreaterOrEqual,

    /// <summary><c>lt</c>.</summary>
    Less,

    /// <summary><c>le</c>.</summary>
    LessOrEqual,

    /// <summary><c>pr</c>.</summary>
    Present,
}
