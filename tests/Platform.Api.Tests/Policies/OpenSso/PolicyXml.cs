namespace Platform.Api.Tests.Policies.OpenSso;

/// <summary>Policy documents as clients write them: pretty-printed, with a DOCTYPE that nobody may read.</summary>
internal static class PolicyXml
{
    private const string Doctype =
        """<!DOCTYPE Policies PUBLIC "-//Sun Java System Access Manager7.1 2006Q3 Admin CLI DTD//EN" "jar://com/sun/identity/policy/policyAdmin.dtd">""";

    /// <summary>A document of these policies.</summary>
    public static string Document(params string[] policies) => $"""
        {Doctype}

        <Policies>
        {string.Join('\n', policies)}
        </Policies>
        """;

    /// <summary>A policy with one rule and one subject.</summary>
    public static string Policy(string name, string resource, string subject, params (string Method, string Value)[] actions) => $"""
        <Policy name="{name}" createdby="id=amadmin,ou=user,dc=opentox,dc=org" referralPolicy="false" active="true">
        {Rule(resource, actions)}
        <Subjects name="subjects_{name}" description="">
        {subject}
        </Subjects>
        </Policy>
        """;

    /// <summary>A rule.</summary>
    public static string Rule(string resource, params (string Method, string Value)[] actions) => $"""
        <Rule name="rule">
          <ServiceName name="iPlanetAMWebAgentService" />
          <ResourceName name="{resource}"/>
          {string.Join('\n', actions.Select(action => $"""
          <AttributeValuePair>
            <Attribute name="{action.Method}" />
            <Value>
              {action.Value}
            </Value>
          </AttributeValuePair>
          """))}
        </Rule>
        """;

    /// <summary>A user.</summary>
    public static string User(string name, string includeType = "inclusive") =>
        Subject("LDAPUsers", $"uid={name},ou=people,dc=opentox,dc=org", includeType);

    /// <summary>A group, its DN spaced as some clients do.</summary>
    public static string Group(string name, string includeType = "inclusive") =>
        Subject("LDAPGroups", $"\n      cn={name}, ou=groups, dc=opentox, dc=org\n    ", includeType);

    /// <summary>A subject.</summary>
    public static string Subject(string type, string dn, string includeType) => $"""
        <Subject name="subject" type="{type}" includeType="{includeType}">
          <AttributeValuePair><Attribute name="Values"/><Value>{dn}</Value></AttributeValuePair>
        </Subject>
        """;

    /// <summary>What OpenTox services post for a new resource: the creator may do everything, group <c>member</c> may GET.</summary>
    public static string ForNewResource(string name, string user, string resource) => Document(
        Policy(name + "_user", resource, User(user), ("GET", "allow"), ("POST", "allow"), ("PUT", "allow"), ("DELETE", "allow")),
        Policy(name + "_group", resource, Group("member"), ("GET", "allow")));
}
