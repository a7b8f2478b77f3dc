using System.DirectoryServices.Protocols;
using Platform.Grains.Users;

namespace Platform.Api.Users.Ldap;

/// <summary>Finds the entries of users and reads what their attributes mean.</summary>
internal sealed class LdapEntries(LdapOptions options, string directory)
{
    private readonly string[] _attributes =
    [
        .. options.EffectiveNameAttributes
            .Concat(options.EffectiveDisplayNameAttributes)
            .Concat(options.EffectiveDisabledWhen.Select(condition => condition.Split('=', 2)[0]))
            .Append(options.MailAttribute)
            .Append(options.IdAttribute)
            .Concat(options.Groups.MemberOfAttribute is { } memberOf ? [memberOf] : Array.Empty<string>())
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The user whom a name names; null where there is none, or more than one.</summary>
    public SearchResultEntry? FindByName(LdapConnection connection, string name)
    {
        if (options.UserDnTemplate is { } template)
        {
            var dn = template.Replace("{0}", LdapText.EscapeDnValue(name), StringComparison.Ordinal);
            return FindOne(connection, dn, SearchScope.Base, options.UserFilter);
        }

        var value = LdapText.EscapeFilterValue(name);
        var names = string.Concat(options.EffectiveNameAttributes.Select(attribute => $"({attribute}={value})"));
        return FindOne(connection, options.SearchBase!, SearchScope.Subtree, $"(&{options.UserFilter}(|{names}))");
    }

    /// <summary>The user with an immutable id; null where there is none any more.</summary>
    public SearchResultEntry? FindById(LdapConnection connection, string id)
    {
        string value;
        if (!options.IdIsBinaryGuid)
        {
            value = LdapText.EscapeFilterValue(id);
        }
        else if (Guid.TryParse(id, out var guid))
        {
            value = LdapText.EscapeFilterValue(guid.ToByteArray());
        }
        else
        {
            return null;
        }

        // With a template, users are below what follows the name in it.
        var searchBase = options.SearchBase
            ?? options.UserDnTemplate![(options.UserDnTemplate!.IndexOf(',', options.UserDnTemplate!.IndexOf("{0}", StringComparison.Ordinal)) + 1)..];
        return FindOne(connection, searchBase, SearchScope.Subtree, $"(&{options.UserFilter}({options.IdAttribute}={value}))");
    }

    /// <summary>The key of the user; null where the entry shows no id.</summary>
    public UserKey? ReadKey(SearchResultEntry entry)
    {
        if (options.IdIsBinaryGuid)
        {
            return entry.Attributes[options.IdAttribute]?.GetValues(typeof(byte[])) is [byte[] { Length: 16 } bytes, ..]
                ? new UserKey(directory, new Guid(bytes).ToString("D"))
                : null;
        }

        return ReadTexts(entry, options.IdAttribute) is [{ Length: > 0 and <= 200 } id, ..] ? new UserKey(directory, id) : null;
    }

    /// <summary>Name, full name and mail.</summary>
    public UserProfile ReadProfile(SearchResultEntry entry, string fallbackName)
    {
        var userName = ReadFirst(entry, [options.EffectiveNameAttributes[0]]) ?? fallbackName;
        return new UserProfile(userName, ReadFirst(entry, options.EffectiveDisplayNameAttributes) ?? userName, ReadFirst(entry, [options.MailAttribute]));
    }

    /// <summary>Whether the entry says that its user is disabled.</summary>
    public bool IsDisabled(SearchResultEntry entry) =>
        options.EffectiveDisabledWhen.Any(condition =>
        {
            var parts = condition.Split('=', 2);
            var values = ReadTexts(entry, parts[0]);
            return parts.Length == 1 ? values.Length > 0 : values.Contains(parts[1], StringComparer.OrdinalIgnoreCase);
        });

    /// <summary>The text values of an attribute, whatever the letter case of its name.</summary>
    public static string[] ReadTexts(SearchResultEntry entry, string attribute) =>
        entry.Attributes[attribute]?.GetValues(typeof(string)) as string[] ?? [];

    private static string? ReadFirst(SearchResultEntry entry, IEnumerable<string> attributes) =>
        attributes.SelectMany(attribute => ReadTexts(entry, attribute)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));

    private SearchResultEntry? FindOne(LdapConnection connection, string searchBase, SearchScope scope, string filter)
    {
        // Two are enough to see that a name is not one person's.
        var request = new SearchRequest(searchBase, filter, scope, _attributes) { SizeLimit = 2 };
        try
        {
            var answer = (SearchResponse)connection.SendRequest(request);
            return answer.Entries.Count == 1 ? answer.Entries[0] : null;
        }
        catch (DirectoryOperationException refusal) when (refusal.Response?.ResultCode is ResultCode.NoSuchObject or ResultCode.InvalidDNSyntax or ResultCode.SizeLimitExceeded)
        {
            return null;
        }
    }
}
