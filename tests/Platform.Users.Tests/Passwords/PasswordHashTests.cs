using Platform.Api.Users.Passwords;

namespace Platform.Users.Tests.Passwords;

public sealed class PasswordHashTests
{
    // Computed with Python's hashlib.pbkdf2_hmac. They are at rest in databases: they verify for ever.
    [Theory]
    [InlineData("correct horse battery staple", "$pbkdf2-sha512$i=210000$AAECAwQFBgcICQoLDA0ODw$tfP6dFnMFLm84erFFC/hWDzb6fAjAPCAs0RvJLiu5xY")]
    [InlineData("pässwörd 🔑 ", "$pbkdf2-sha512$i=210000$AAECAwQFBgcICQoLDA0ODw$Vr2ZvdDSOP0XVe4X44s3T+Zz+xE1l8mujTgp7RQsyVY")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "$pbkdf2-sha512$i=1000$AAECAwQFBgcICQoLDA0ODw$5TKLLDWsTNjObL+MbLr9jh0kkjZ+VF4nOxu0k9pYBfA")]
    public void GoldenHashes_Verify_AndAreWrittenAsRead(string password, string stored)
    {
        Assert.True(PasswordHash.TryParse(stored, out var hash));
        Assert.True(hash.Verify(password));
        Assert.False(hash.Verify(password + " "));
        Assert.Equal(stored, hash.ToString());
        Assert.Equal(stored, PasswordHash.Create(password, hash.Iterations, [.. Enumerable.Range(0, 16).Select(i => (byte)i)]).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("$pbkdf2-sha512$i=0$AAECAwQFBgcICQoLDA0ODw$tfP6dFnMFLm84erFFC/hWDzb6fAjAPCAs0RvJLiu5xY")]
    [InlineData("$pbkdf2-sha512$i=99999999$AAECAwQFBgcICQoLDA0ODw$tfP6dFnMFLm84erFFC/hWDzb6fAjAPCAs0RvJLiu5xY")]
    [InlineData("$pbkdf2-sha512$i=1000$AAEC$tfP6dFnMFLm84erFFC/hWDzb6fAjAPCAs0RvJLiu5xY")]
    [InlineData("$pbkdf2-sha512$i=1000$AAECAwQFBgcICQoLDA0ODw$tfP6")]
    [InlineData("$pbkdf2-sha512$i=1000$AAECAwQFBgcICQoLDA0ODw$")]
    [InlineData("$pbkdf2-sha512$i=1000$AAECAwQFBgcICQoLDA0ODw$!!!!")]
    [InlineData("$pbkdf2-sha256$i=1000$AAECAwQFBgcICQoLDA0ODw$tfP6dFnMFLm84erFFC/hWDzb6fAjAPCAs0RvJLiu5xY")]
    public void TryParse_RefusesWhatIsNoHash(string? stored) => Assert.False(PasswordHash.TryParse(stored, out _));

    [Fact]
    public void Verify_OfHalfASurrogatePair_IsNo()
    {
        // Replaced by U+FFFD, both would be one password.
        Assert.Throws<ArgumentException>(() => PasswordHash.Create("broken \ud83d password", 1000));
        Assert.False(PasswordHash.Create("broken \ufffd password", 1000).Verify("broken \ud83d password"));
    }

    [Fact]
    public void HashOfNone_VerifiesNothing_AndIsNoOtherOne()
    {
        var none = PasswordHash.OfNone(1000);
        Assert.All(["", "none", new string('\0', 32)], password => Assert.False(none.Verify(password)));
        Assert.NotEqual(none.ToString(), PasswordHash.OfNone(1000).ToString());
        Assert.True(PasswordHash.TryParse(none.ToString(), out var read) && read.Iterations == 1000);
    }
}
