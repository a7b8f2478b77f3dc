using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Users;
using Platform.Api.Users.Ldap;
using Platform.Grains.Users;
using Platform.Testing;

namespace Platform.Users.Tests.Ldap;

/// <summary>Directories on the slapd of a test.</summary>
internal static class Ldap
{
    public static LdapOptions Options(SlapdServer slapd, Action<LdapOptions>? change = null)
    {
        var options = new LdapOptions
        {
            Servers = [slapd.TlsUrl],
            CaFile = slapd.CaFile,
            BindDn = SlapdServer.SearchDn,
            BindPassword = SlapdServer.SearchPassword,
            SearchBase = SlapdServer.People,
        };
        change?.Invoke(options);
        return options;
    }

    public static LdapOptions WithTemplate(SlapdServer slapd) => Options(slapd, options =>
    {
        options.SearchBase = null;
        options.UserDnTemplate = $"uid={{0}},{SlapdServer.People}";
    });

    public static LdapUserDirectory Directory(LdapOptions options, UsersOptions? users = null, ILogger<LdapUserDirectory>? logger = null) =>
        new("ldap", options, users ?? new UsersOptions(), TimeProvider.System, logger ?? NullLogger<LdapUserDirectory>.Instance);

    public static LocalName Name(string text) =>
        LocalName.TryParse(text, out var name) ? name : throw new ArgumentException($"'{text}' is not a name.", nameof(text));

    public static Task<DirectoryAnswer> VerifyAsync(this IUserDirectory directory, string name, string password) =>
        directory.VerifyAsync(Name(name), password, CancellationToken.None);
}
