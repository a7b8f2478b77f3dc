using System.Buffers;
using System.Text;
using Platform.Api.Http.Wire;
using Platform.Grains.Policies.Documents;

namespace Platform.Api.Policies.OpenSso.Documents;

/// <summary>Writes a policy as XML that <see cref="PolicyDocumentReader"/> reads to the same policy.</summary>
internal static class PolicyDocumentWriter
{
    /// <summary>Writes it.</summary>
    public static string Write(PolicyDocument policy)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var xml = new XmlText(buffer).Declaration();
        xml.Raw("\n<Policies>\n<Policy"u8);
        Attributes(xml, ("name", policy.Name), ("referralPolicy", "false"), ("active", policy.Active ? "true" : "false"));
        xml.Raw(">\n"u8);
        foreach (var rule in policy.Rules)
        {
            Write(xml, rule);
        }

        if (policy.Subjects is { } subjects)
        {
            xml.Raw("<Subjects"u8);
            Attributes(xml, ("name", subjects.Name), ("description", subjects.Description));
            xml.Raw(">\n"u8);
            foreach (var subject in subjects.All)
            {
                Write(xml, subject);
            }

            xml.Raw("</Subjects>\n"u8);
        }

        xml.Raw("</Policy>\n</Policies>\n"u8);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(XmlText xml, PolicyDocumentRule rule)
    {
        xml.Raw("<Rule"u8);
        Attributes(xml, ("name", rule.Name));
        xml.Raw(">\n<ServiceName name=\"iPlanetAMWebAgentService\" />\n<ResourceName"u8);
        Attributes(xml, ("name", rule.Resource));
        xml.Raw(" />\n"u8);
        foreach (var action in rule.Actions)
        {
            Pair(xml, action.Method, [action.Allow ? "allow" : "deny"]);
        }

        xml.Raw("</Rule>\n"u8);
    }

    private static void Write(XmlText xml, PolicyDocumentSubject subject)
    {
        xml.Raw("<Subject"u8);
        Attributes(
            xml,
            ("name", subject.Name),
            ("type", subject.Kind == DocumentSubjectKind.Users ? "LDAPUsers" : "LDAPGroups"),
            ("includeType", subject.Exclusive ? "exclusive" : "inclusive"));
        xml.Raw(">\n"u8);
        Pair(xml, "Values", subject.Values);
        xml.Raw("</Subject>\n"u8);
    }

    private static void Pair(XmlText xml, string attribute, IEnumerable<string> values)
    {
        xml.Raw("<AttributeValuePair>\n<Attribute"u8);
        Attributes(xml, ("name", attribute));
        xml.Raw(" />\n"u8);
        foreach (var value in values)
        {
            xml.Element("Value", value).Raw("\n"u8);
        }

        xml.Raw("</AttributeValuePair>\n"u8);
    }

    private static void Attributes(XmlText xml, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            xml.Raw(" "u8).Raw(Encoding.ASCII.GetBytes(name)).Raw("=\""u8).Text(value);
            xml.Raw("\""u8);
        }
    }
}
