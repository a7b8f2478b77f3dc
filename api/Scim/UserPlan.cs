using System.Text.Json;
using Platform.Api.Scim.Filters;
using Platform.Api.Scim.Resources;
using Platform.Grains.Administration.Lists;

namespace Platform.Api.Scim;

/// <summary>
/// Which questions to the index of users answer a filter. The index finds users by what their names begin with or hold, by directory, by whether
/// they are disabled and by scope; of a filter that asks for something else no answer is given rather than 100,000 users gone through.
/// </summary>
internal static class UserPlan
{
    private const int MaxAlternatives = 20;

    /// <summary>The question that answers the filter to the letter; null where there is none.</summary>
    public static UserFilter? FindExact(ScimFilter filter)
    {
        var question = new UserFilter();
        foreach (var part in filter.Conjuncts())
        {
            if (Exact(question, part) is not { } next)
            {
                return null;
            }

            question = next;
        }

        return question;
    }

    /// <summary>Questions whose answers together hold all that the filter takes, and not much more.</summary>
    public static (IReadOnlyList<UserFilter> Questions, string? Fault) Of(ScimFilter filter)
    {
        var alternatives = Alternatives(filter).Take(MaxAlternatives + 1).ToList();
        if (alternatives.Count > MaxAlternatives)
        {
            return ([], $"more than {MaxAlternatives} alternatives");
        }

        var questions = new List<UserFilter>();
        foreach (var alternative in alternatives)
        {
            var question = new UserFilter();
            var isPicked = false;
            foreach (var part in alternative.Conjuncts())
            {
                if (Selective(question, part) is { } narrowed)
                {
                    (question, isPicked) = (narrowed, true);
                }
                else
                {
                    question = Exact(question, part) ?? question;
                }
            }

            if (!isPicked && question == new UserFilter())
            {
                return ([], "No index answers this filter: it has to name id, userName, displayName, name.formatted, emails or groups with eq, co, sw or ew, or active with eq, in each of its alternatives.");
            }

            questions.Add(question);
        }

        return (questions, null);
    }

    /// <summary>Whether a filter names an attribute.</summary>
    public static bool Names(ScimFilter filter, string attribute) => filter switch
    {
        AndFilter and => Names(and.Left, attribute) || Names(and.Right, attribute),
        OrFilter or => Names(or.Left, attribute) || Names(or.Right, attribute),
        NotFilter not => Names(not.Inner, attribute),
        ValueFilter values => values.Path.Name.Equals(attribute, StringComparison.OrdinalIgnoreCase),
        ComparisonFilter comparison => comparison.Path.Name.Equals(attribute, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static IEnumerable<ScimFilter> Alternatives(ScimFilter filter) =>
        filter is OrFilter or ? Alternatives(or.Left).Concat(Alternatives(or.Right)) : [filter];

    /// <summary>The question with a condition that the index answers to the letter; null where it does not.</summary>
    private static UserFilter? Exact(UserFilter question, ScimFilter part)
    {
        if (part is not ComparisonFilter { Operator: ScimOperator.Equal } equality)
        {
            return null;
        }

        if (equality.Path.Is("active") && question.Disabled is null && equality.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return question with { Disabled = !equality.Value.GetBoolean() };
        }

        if (equality.Text is not { Length: > 0 } text)
        {
            return null;
        }

        if (equality.Path.Is("directory") && ScimSchemas.PlatformUser.Equals(equality.Path.Schema, StringComparison.OrdinalIgnoreCase) && question.Directory is null
            && text == text.ToLowerInvariant())
        {
            return question with { Directory = text };
        }

        return null;
    }

    /// <summary>The question with a condition that leaves few users, of whom the filter takes some; null where there is none.</summary>
    private static UserFilter? Selective(UserFilter question, ScimFilter part)
    {
        var comparison = part switch
        {
            ComparisonFilter plain => plain,

            // emails[value eq "x"]: what is in the brackets holds of one of the values.
            ValueFilter values when values.Path.Sub is null => values.Inner.Conjuncts().OfType<ComparisonFilter>()
                .Where(inner => inner.Path.Is("value"))
                .Select(inner => inner with { Path = values.Path with { Sub = "value" } })
                .FirstOrDefault(),
            _ => null,
        };
        if (comparison?.Text is not { Length: > 0 } text
            || comparison.Operator is not (ScimOperator.Equal or ScimOperator.Contains or ScimOperator.StartsWith or ScimOperator.EndsWith))
        {
            return null;
        }

        var path = comparison.Path;
        if (path.Is("userName") && comparison.Operator is ScimOperator.Equal or ScimOperator.StartsWith && question.NamePrefix is null)
        {
            return question with { NamePrefix = text };
        }

        if ((path.Is("groups") || path.Is("groups", "value")) && comparison.Operator == ScimOperator.Equal && question.MembersOf is null)
        {
            return question with { MembersOf = GroupResource.FindScope(text) is { } scope ? ScopeSelection.Of(scope) : ScopeSelection.None };
        }

        var isText = path.Is("userName") || path.Is("displayName") || path.Is("name", "formatted") || path.Is("emails") || path.Is("emails", "value")
            || (path.Is("id") && comparison.Operator == ScimOperator.Equal);
        return isText && question.Text is null && text.Trim().Length > 0 ? question with { Text = text.Trim() } : null;
    }
}
