using Platform.Policies.Decisions.Index;
using Platform.Policies.Rules.Patterns;

namespace Platform.Policies.Rules.Validation;

/// <summary>What is wrong with one rule.</summary>
internal static class RuleValidation
{
    private static readonly string[] RegisteredMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    /// <summary>Finds it.</summary>
    public static void Check(PolicySet set, int index, PolicyProblems problems)
    {
        var rule = set.Rules[index];
        if (!RuleGrammar.IsId(rule.Id))
        {
            problems.Error(index, "id", "an id has 1 to 64 letters, digits, '.', '_' and '-'");
        }

        if (rule.Description is { Length: > 1_000 })
        {
            problems.Error(index, "description", "a description has at most 1000 characters");
        }

        CheckMethods(rule, index, problems);
        SetValidation.CheckHosts(rule.Hosts, index, problems);
        CheckPattern(rule, set.CaseSensitive, index, problems);
        if (rule.Who.IsEmpty)
        {
            problems.Error(index, "who", "a rule says of whom it speaks");
        }

        foreach (var audience in rule.Who)
        {
            CheckAudience(rule, audience, index, problems);
        }

        if (rule.Conditions is { } conditions)
        {
            ConditionValidation.Check(conditions, rule.Effect, index, problems);
        }

        if (rule.Encoded != EncodingAllowance.None && rule.Effect == PolicyEffect.Deny)
        {
            problems.Error(index, "encoded", "deny rules speak of a path however it is encoded");
        }
    }

    private static void CheckMethods(PolicyRule rule, int index, PolicyProblems problems)
    {
        foreach (var method in rule.Methods)
        {
            if (!RuleGrammar.IsMethod(method))
            {
                problems.Error(index, "methods", "a method is one word, such as GET");
            }
            else if (rule.Effect == PolicyEffect.Allow && !RegisteredMethods.Contains(method) && RegisteredMethods.Contains(method.ToUpperInvariant()))
            {
                problems.Error(index, "methods", $"methods differ in letter case; '{method.ToUpperInvariant()}' is meant");
            }
        }

        if (rule.Methods.Distinct(StringComparer.Ordinal).Count() != rule.Methods.Length)
        {
            problems.Error(index, "methods", "a method is named twice");
        }

        if (rule.Effect == PolicyEffect.Deny
            && rule.Methods.Contains("GET", StringComparer.OrdinalIgnoreCase)
            && !rule.Methods.Contains("HEAD", StringComparer.OrdinalIgnoreCase))
        {
            problems.Warn(index, "methods", "it denies GET and not HEAD, which tells whether there is something, and how much");
        }
    }

    private static void CheckPattern(PolicyRule rule, bool caseSensitive, int index, PolicyProblems problems)
    {
        var member = RuleGrammar.MemberOf(rule.Path.Kind);
        if (rule.Path.Text.Length > PolicyValidation.MaxPatternLength)
        {
            problems.Error(index, member, $"a pattern has at most {PolicyValidation.MaxPatternLength} characters");
            return;
        }

        if (!CompiledPattern.TryCompile(rule.Path, rule.Effect == PolicyEffect.Deny || !caseSensitive, out var pattern, out var fault))
        {
            problems.Error(index, member, fault);
            return;
        }

        if (rule is { Effect: PolicyEffect.Allow, Encoded: EncodingAllowance.None }
            && pattern.Kind is PathPatternKind.Exact or PathPatternKind.Template or PathPatternKind.Url
            && Requests.Reading.PercentEncoding.IsIn(pattern.Template is { } template ? string.Join('/', template.Segments.Select(segment => segment.Literal)) : pattern.Key))
        {
            problems.Error(index, member, "it holds an encoded slash, or something that is encoded twice, which 'encoded' has to let through");
        }
    }

    private static void CheckAudience(PolicyRule rule, PolicyAudience audience, int index, PolicyProblems problems)
    {
        if (audience.Kind == AudienceKind.Documents && rule.Effect == PolicyEffect.Deny)
        {
            problems.Error(index, "who", "'policies' is said by rules that allow");
        }

        if (audience.Kind != AudienceKind.Named)
        {
            return;
        }

        if (audience is { Users.IsEmpty: true, Groups.IsEmpty: true, Roles.IsEmpty: true, OAuthScopes.IsEmpty: true, Clients.IsEmpty: true })
        {
            problems.Error(index, "who", "it names nobody; 'authenticated' are all with valid credentials");
        }

        if (audience.Users.Concat(audience.Groups).Concat(audience.Clients).Any(name => !RuleGrammar.IsName(name)))
        {
            problems.Error(index, "who", "a user, group or client has 1 to 400 characters, none of them a control character");
        }

        if (audience.OAuthScopes.Any(scope => !RuleGrammar.IsOAuthScope(scope)))
        {
            problems.Error(index, "who", "an OAuth scope is one word of at most 200 characters");
        }

        foreach (var role in audience.Roles)
        {
            CheckRole(rule, role, index, problems);
        }
    }

    private static void CheckRole(PolicyRule rule, RoleInScope role, int index, PolicyProblems problems)
    {
        if (!RuleGrammar.IsName(role.Role))
        {
            problems.Error(index, "who", "a role has a name");
        }

        if (!RuleGrammar.IsScopeTemplate(role.Scope))
        {
            problems.Error(index, "who", RuleGrammar.Scope + "; or ':name' for what the template's parameter of this name takes");
            return;
        }

        if (!role.Scope.Contains(':', StringComparison.Ordinal))
        {
            return;
        }

        // A template with a fault has been told of, and has no parameters that could be looked for.
        if (rule.Path.Kind == PathPatternKind.Template && !PathTemplate.TryParse(rule.Path.Text, isTemplate: true, out _, out _))
        {
            return;
        }

        var template = rule.Path.Kind == PathPatternKind.Template && PathTemplate.TryParse(rule.Path.Text, isTemplate: true, out var parsed, out _) ? parsed : null;
        foreach (var name in role.Scope.Split('/').Where(name => name.StartsWith(':')))
        {
            if (template?.FindParameter(name[1..]) is null)
            {
                problems.Error(index, "who", $"the rule has no template with '{name}'");
            }
        }
    }
}
