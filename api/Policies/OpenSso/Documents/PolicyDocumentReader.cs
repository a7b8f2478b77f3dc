using System.Diagnostics.CodeAnalysis;
using Platform.Grains.Policies.Documents;

namespace Platform.Api.Policies.OpenSso.Documents;

/// <summary>Reads policies from XML. What the platform cannot hold to, such as conditions, is refused and never left out.</summary>
internal sealed class PolicyDocumentReader
{
    private const string Service = "iPlanetAMWebAgentService";
    private const int MaxName = 255;
    private const int MaxPolicies = 50;

    private string? _fault;

    /// <summary>Reads a document of one policy or several.</summary>
    /// <param name="document">The bytes.</param>
    /// <param name="policies">The policies.</param>
    /// <param name="fault">What is wrong, in a line.</param>
    public static bool TryRead(byte[] document, [NotNullWhen(true)] out IReadOnlyList<PolicyDocument>? policies, [NotNullWhen(false)] out string? fault)
    {
        policies = null;
        if (XmlTree.Read(document) is not { } root)
        {
            fault = "The document is not well-formed XML.";
            return false;
        }

        var reader = new PolicyDocumentReader();
        policies = reader.ReadAll(root);
        fault = reader._fault;
        return fault is null;
    }

    private IReadOnlyList<PolicyDocument> ReadAll(XmlTree root)
    {
        if (root.Name != "Policies" || root.Children.Count is 0 or > MaxPolicies)
        {
            Refuse($"A document is 'Policies' with 1 to {MaxPolicies} of 'Policy' in it.");
            return [];
        }

        var policies = root.Children.Select(ReadPolicy).ToList();
        if (policies.DistinctBy(policy => policy.Name).Count() < policies.Count)
        {
            Refuse("Two policies have the same name.");
        }

        if (policies.Sum(policy => policy.StoredNames) > PolicyDocument.MaxStoredNames)
        {
            Refuse("So many users and groups are not named for so many resources.");
        }

        return policies;
    }

    private PolicyDocument ReadPolicy(XmlTree element)
    {
        Expect(element, "Policy");
        var name = element["name"];
        if (name.Length is 0 or > MaxName || name.Any(character => character is < ' ' or > '~'))
        {
            Refuse($"A policy's name has 1 to {MaxName} printable ASCII characters.");
        }

        if (!IsTruth(element["referralPolicy"], otherwise: false, out var referral) || referral)
        {
            Refuse("Referral policies are not taken.");
        }

        if (!IsTruth(element["active"], otherwise: true, out var active))
        {
            Refuse("'active' is true or false.");
        }

        if (element.Children.FirstOrDefault(child => child.Name is not ("Rule" or "Subjects")) is { } unknown)
        {
            Refuse($"'{Shown(unknown.Name)}' is not taken in a policy: rules and subjects are all that is held to.");
        }

        var rules = element.Children.Where(child => child.Name == "Rule").Select(ReadRule).ToList();
        if (rules.Count == 0)
        {
            Refuse("A policy has rules.");
        }

        if (rules.DistinctBy(rule => rule.Url).Skip(PolicyDocument.MaxResources).Any())
        {
            Refuse($"A policy speaks of at most {PolicyDocument.MaxResources} resources.");
        }

        if (rules.GroupBy(rule => rule.Url).Any(rulesOfUrl => rulesOfUrl.Sum(rule => rule.Actions.Count) > PolicyDocument.MaxActions))
        {
            Refuse($"A policy speaks of at most {PolicyDocument.MaxActions} methods of a resource.");
        }

        var subjects = element.Children.Where(child => child.Name == "Subjects").Select(ReadSubjects).ToList();
        if (subjects.Count > 1)
        {
            Refuse("A policy has 'Subjects' once.");
        }

        return new PolicyDocument(name, active, rules, subjects.FirstOrDefault());
    }

    private PolicyDocumentRule ReadRule(XmlTree element)
    {
        var services = element.Children.Where(child => child.Name == "ServiceName").ToList();
        if (services is not [var service] || service["name"] != Service)
        {
            Refuse($"A rule has a 'ServiceName' with the name {Service}.");
        }

        var resources = element.Children.Where(child => child.Name == "ResourceName").ToList();
        ResourceUrl url = default;
        var resource = resources is [var only] ? only["name"] : "";
        if (resources.Count != 1)
        {
            Refuse("A rule has one 'ResourceName'.");
        }
        else if (!ResourceUrl.TryParse(resource, out url, out var fault))
        {
            Refuse($"A resource is not a URL that is taken: {fault}.");
        }

        if (element.Children.FirstOrDefault(child => child.Name is not ("ServiceName" or "ResourceName" or "AttributeValuePair")) is { } unknown)
        {
            Refuse($"'{Shown(unknown.Name)}' is not taken in a rule.");
        }

        var actions = element.Children.Where(child => child.Name == "AttributeValuePair").Select(ReadAction).ToList();
        return new PolicyDocumentRule(element["name"], resource, url, actions);
    }

    private DocumentAction ReadAction(XmlTree element)
    {
        var (method, values) = ReadPair(element);
        if (method.Length is 0 or > 32 || !method.All(char.IsAsciiLetter))
        {
            Refuse("An action's name is a method.");
        }

        var allow = values is [var value] && value.Equals("allow", StringComparison.OrdinalIgnoreCase);
        if (!allow && (values is not [var other] || !other.Equals("deny", StringComparison.OrdinalIgnoreCase)))
        {
            Refuse("An action's value is allow or deny.");
        }

        return new DocumentAction(method, allow);
    }

    private PolicyDocumentSubjects ReadSubjects(XmlTree element)
    {
        var all = element.Children.Select(ReadSubject).ToList();
        if (all.Sum(subject => subject.Values.Count) > PolicyDocument.MaxValues)
        {
            Refuse($"A policy names at most {PolicyDocument.MaxValues} users and groups.");
        }

        return new PolicyDocumentSubjects(element["name"], element["description"], all);
    }

    private PolicyDocumentSubject ReadSubject(XmlTree element)
    {
        Expect(element, "Subject");
        var kind = element["type"] == "LDAPUsers" ? DocumentSubjectKind.Users : DocumentSubjectKind.Groups;
        if (element["type"] is not ("LDAPUsers" or "LDAPGroups"))
        {
            Refuse("A subject's type is LDAPUsers or LDAPGroups.");
        }

        if (element["includeType"] is not ("" or "inclusive" or "exclusive"))
        {
            Refuse("'includeType' is inclusive or exclusive.");
        }

        // All but nobody would be everyone.
        var pairs = element.Children.Select(ReadPair).ToList();
        if (pairs.Count == 0 || pairs.Any(pair => pair.Attribute != "Values" || pair.Values.Count == 0))
        {
            Refuse("A subject has an 'AttributeValuePair' of 'Values', which holds some.");
        }

        if (pairs.Any(pair => pair.Values.Any(value => value.Length > PolicyDocument.MaxValueLength)))
        {
            Refuse($"The name of a user or a group has at most {PolicyDocument.MaxValueLength} characters.");
        }

        return new PolicyDocumentSubject(element["name"], kind, element["includeType"] == "exclusive", [.. pairs.SelectMany(pair => pair.Values)]);
    }

    private (string Attribute, IReadOnlyList<string> Values) ReadPair(XmlTree element)
    {
        Expect(element, "AttributeValuePair");
        var values = element.Children.Skip(1).ToList();
        if (element.Children is not [{ Name: "Attribute" } attribute, ..] || values.Any(value => value.Name != "Value" || value.Text.Length == 0))
        {
            Refuse("An 'AttributeValuePair' is an 'Attribute' and its 'Value's.");
            return ("", []);
        }

        return (attribute["name"], [.. values.Select(value => value.Text)]);
    }

    private void Expect(XmlTree element, string name)
    {
        if (element.Name != name)
        {
            Refuse($"'{name}' was expected, not '{Shown(element.Name)}'.");
        }
    }

    /// <summary>Keeps the first thing that is wrong.</summary>
    private void Refuse(string fault) => _fault ??= fault;

    private static bool IsTruth(string text, bool otherwise, out bool value)
    {
        value = text.Length == 0 ? otherwise : text == "true";
        return text is "" or "true" or "false";
    }

    private static string Shown(string name) => name.Length > 40 ? name[..40] : name;
}
