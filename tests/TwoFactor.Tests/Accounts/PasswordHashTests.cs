namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts.Passwords;
using Xunit;

public sealed class PasswordHashTests
{
    /// <summary>
    /// Made by the reference program: <c>printf %s PASSWORD | argon2 SALT -id -t T -k M -p 1 -l 32</c> (Debian argon2 0~20171227).
    /// </summary>
    [Theory]
    [InlineData("password", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [InlineData(
        "correct hörse battery staple",
        "$argon2id$v=19$m=65536,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$S7Rm6BL7Dck9j8g1f9EhxeSpwkjPHueOdRop7Y+YgoY")]
    public void What_the_reference_program_hashed_is_right(string password, string phc)
    {
        var hash = PasswordHash.Parse(phc);

        Assert.NotNull(hash);
        Assert.True(hash.Matches(new TypedPassword(password)));
        Assert.False(hash.Matches(new TypedPassword(password + " ")));
        Assert.Equal(phc, hash.Write());
    }

    [Fact]
    public void A_hash_is_read_back_with_its_own_salt_and_cost()
    {
        var typed = new TypedPassword("tulip garden");

        var first = PasswordHash.Compute(typed, new PasswordLimits()).Write();
        var second = PasswordHash.Compute(typed, new PasswordLimits { Iterations = 3 }).Write();

        Assert.Matches(@"^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", first);
        Assert.StartsWith("$argon2id$v=19$m=19456,t=3,p=1$", second, StringComparison.Ordinal);
        Assert.NotEqual(first.Split('$')[4], second.Split('$')[4], StringComparer.Ordinal);
        Assert.True(PasswordHash.Parse(first)?.Matches(typed));
        Assert.True(PasswordHash.Parse(second)?.Matches(typed));
        Assert.False(PasswordHash.Parse(first)?.Matches(new TypedPassword("tulip Garden")));
        Assert.DoesNotContain(first, $"{PasswordHash.Parse(first)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Either_keyboards_spelling_fits()
    {
        var hash = PasswordHash.Compute(new TypedPassword("zo\u00EB in the garden"), new PasswordLimits());

        Assert.True(hash.Matches(new TypedPassword("zoe\u0308 in the garden")));
        Assert.False(hash.Matches(new TypedPassword("zoe in the garden")));
        Assert.False(hash.Matches(new TypedPassword("ｚo\u00EB in the garden"))); // NFC, not NFKC
    }

    [Fact]
    public void A_cheaper_hash_is_made_anew_and_a_dearer_one_is_kept()
    {
        var hash = PasswordHash.Dummy(new PasswordLimits { MemoryKibibytes = 32_768, Iterations = 3 });

        Assert.False(hash.NeedsRehash(new PasswordLimits()));
        Assert.False(hash.NeedsRehash(new PasswordLimits { MemoryKibibytes = 32_768, Iterations = 3 }));
        Assert.True(hash.NeedsRehash(new PasswordLimits { MemoryKibibytes = 32_769 }));
        Assert.True(hash.NeedsRehash(new PasswordLimits { Iterations = 4 }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [InlineData("$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [InlineData("$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [InlineData("$argon2id$v=19$m=19456,t=999,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [InlineData("$argon2id$v=19$m=0,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9Zxz")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE\n")]
    public void What_this_program_never_wrote_is_no_hash(string? phc) => Assert.Null(PasswordHash.Parse(phc));
}
