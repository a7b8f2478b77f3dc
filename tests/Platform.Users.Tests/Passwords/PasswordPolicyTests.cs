using Platform.Api.Users.Passwords;

namespace Platform.Users.Tests.Passwords;

public sealed class PasswordPolicyTests
{
    [Theory]
    [InlineData("demo-alice-password")]
    [InlineData("aaaa bbbb")]
    [InlineData("        x")]
    [InlineData("пароль и ещё")]
    [InlineData("🔑🔑🔑🔑🔑🔑🔑🔑")]
    public void FindFault_TakesAnyUnicode(string password) => Assert.Null(PasswordPolicy.FindFault(password));

    [Theory]
    [InlineData("")]
    [InlineData("seven77")]
    [InlineData("🔑🔑🔑🔑🔑🔑🔑")]
    [InlineData("password")]
    [InlineData("Password123")]
    [InlineData("QWERTYUIOP")]
    [InlineData("12345678")]
    [InlineData("contraseña")]
    [InlineData("null\0character")]
    public void FindFault_RefusesShort_Common_AndBroken(string password) => Assert.NotNull(PasswordPolicy.FindFault(password));

    // Not inline data: an attribute's text is UTF-8, which has no half of a pair.
    [Fact]
    public void FindFault_RefusesHalfASurrogatePair() => Assert.NotNull(PasswordPolicy.FindFault("half a pair \ud83d \ufffd"));

    [Theory]
    [InlineData(128, true)]
    [InlineData(PasswordPolicy.MaxLength, true)]
    [InlineData(PasswordPolicy.MaxLength + 1, false)]
    public void FindFault_CountsCodePoints(int length, bool taken) =>
        Assert.Equal(taken, PasswordPolicy.FindFault(string.Concat(Enumerable.Repeat("🔑", length))) is null);
}
