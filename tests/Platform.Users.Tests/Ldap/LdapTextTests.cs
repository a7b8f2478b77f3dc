using Platform.Api.Users.Ldap;

namespace Platform.Users.Tests.Ldap;

public sealed class LdapTextTests
{
    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("a*b", "a\\2ab")]
    [InlineData("(x)", "\\28x\\29")]
    [InlineData("back\\slash", "back\\5cslash")]
    [InlineData("nul\0", "nul\\00")]
    [InlineData("ü", "\\c3\\bc")]
    public void EscapeFilterValue_FollowsRfc4515(string value, string escaped) => Assert.Equal(escaped, LdapText.EscapeFilterValue(value));

    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("a,b", "a\\2cb")]
    [InlineData("#x", "\\23x")]
    [InlineData(" x ", "\\20x\\20")]
    [InlineData("a+b=c", "a\\2bb\\3dc")]
    [InlineData("\"q\"", "\\22q\\22")]
    [InlineData("a\\b", "a\\5cb")]
    [InlineData("<x>;", "\\3cx\\3e\\3b")]
    public void EscapeDnValue_FollowsRfc4514(string value, string escaped) => Assert.Equal(escaped, LdapText.EscapeDnValue(value));

    [Theory]
    [InlineData("cn=Farm,ou=groups,dc=x", "CN=farm, OU=Groups , dc=X")]
    [InlineData("cn=a\\,b,dc=x", "cn=a\\2cb,dc=x")]
    [InlineData("cn=J\\C3\\BCrgen,dc=x", "cn=Jürgen,dc=x")]
    [InlineData("cn=two  spaces,dc=x", "cn=two spaces,dc=x")]
    public void DistinguishedNames_OfOneEntry_AreEqual(string one, string other)
    {
        Assert.True(DistinguishedName.TryParse(one, out var first));
        Assert.True(DistinguishedName.TryParse(other, out var second));
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }

    [Theory]
    [InlineData("cn=admins\\,ou=groups,dc=x", "cn=admins,ou=groups,dc=x")]
    [InlineData("cn=a,dc=x", "cn=a,dc=y")]
    [InlineData("cn=a+ou=b,dc=x", "cn=a,ou=b,dc=x")]
    public void DistinguishedNames_OfDifferentEntries_Differ(string one, string other)
    {
        Assert.True(DistinguishedName.TryParse(one, out var first));
        Assert.True(DistinguishedName.TryParse(other, out var second));
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("cn=admins\\,ou=groups,dc=x", "admins,ou=groups")]
    [InlineData("cn= farm ,dc=x", "farm")]
    public void DistinguishedName_ShowsItsFirstValue_Unescaped(string text, string value)
    {
        Assert.True(DistinguishedName.TryParse(text, out var name));
        Assert.Equal("cn", name.FirstType);
        Assert.Equal(value, name.FirstValue);
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("cn=")]
    [InlineData("cn=a,")]
    [InlineData("cn=a\\")]
    [InlineData("c n=a")]
    public void DistinguishedName_RefusesWhatIsNone(string text) => Assert.False(DistinguishedName.TryParse(text, out _));

    [Theory]
    [InlineData("(objectClass=person)", true)]
    [InlineData("(&(a=b)(!(c=d)))", true)]
    [InlineData("objectClass=person", false)]
    [InlineData("(a=b)(c=d)", false)]
    [InlineData("(a=b", false)]
    [InlineData("(a=b))(", false)]
    public void IsFilter_TakesOneFilter(string filter, bool isOne) => Assert.Equal(isOne, LdapText.IsFilter(filter));
}
