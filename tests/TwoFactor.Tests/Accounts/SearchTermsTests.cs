namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>People are found by the beginnings of their words.</summary>
public sealed class SearchTermsTests : IAsyncLifetime
{
    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public void The_words_are_those_of_name_user_name_and_address() => Assert.Equal(
        ["acme", "acme.example", "ada", "ada.lovelace", "ada@acme.example", "augusta", "example", "jean", "jean-luc", "lovelace", "luc",
            "müller"],
        SearchTerms.Of("ada.lovelace", "ada@acme.example", "Augusta Jean-Luc MU\u0308LLER").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("lovelace", "ada")]
    [InlineData("LOVE", "ada")]
    [InlineData("love aug", "ada")]
    [InlineData("love gus", "")]
    [InlineData("augusta ada@ac", "ada")]
    [InlineData("@acme.example", "ada,bo")]
    [InlineData("acme bo", "bo")]
    [InlineData("ovelace", "")]
    [InlineData("müll", "bo")]
    [InlineData("mu\u0308ll", "bo")]
    [InlineData("\uFF2D\uFF35\u0308", "bo")]
    [InlineData("100%", "")]
    [InlineData("_", "")]
    [InlineData("@", "")]
    [InlineData("\uD800", "")]
    [InlineData("\U0001F600", "eve")]
    public async Task Every_typed_word_must_begin_one(string typed, string found)
    {
        await testHost.ImportAsync(
            "user_name,name,mail",
            "ada,Augusta Lovelace,ada@acme.example",
            "bo,Bo Müller,bo@acme.example",
            "eve,\U0001F600 Smile,eve@other.example");
        Assert.Equal(found, string.Join(',', await testHost.ListAsync(search: typed)));
    }

    [Fact]
    public async Task Nothing_typed_is_everybody()
    {
        await testHost.ImportAsync("user_name,mail", "ada,ada@acme.example");

        Assert.Equal(["ada"], await testHost.ListAsync(search: "  "));
    }

    [Fact]
    public async Task A_changed_address_and_the_name_of_a_first_admin_are_found_as_they_are_now()
    {
        var ada = await testHost.FirstAdminAsync();
        Assert.Equal(["ada"], await testHost.ListAsync(search: "ada@acme"));

        await testHost.ChangeAsync<Addresses, bool>(ada.Id, async (addresses, work) =>
        {
            await addresses.ChangeAsync(work, ada.Id, "countess@lovelace.example");
            return true;
        });
        Assert.Equal(["ada"], await testHost.ListAsync(search: "countess@"));
        Assert.Empty(await testHost.ListAsync(search: "ada@acme"));

        await testHost.ChangeAsync<Addresses, (bool, bool)>(ada.Id, (addresses, work) => addresses.PutBackAsync(work, ada.Id));
        Assert.Equal(["ada"], await testHost.ListAsync(search: "ada@acme"));
        Assert.Empty(await testHost.ListAsync(search: "countess"));
    }

    [Fact]
    [Slow]
    public async Task More_than_a_thousand_that_begin_alike_are_cut_off_and_said_and_a_whole_name_is_found_all_the_same()
    {
        await testHost.ImportAsync([.. Enumerable.Range(1000, 1100).Select(number => $"person{number},p{number}@acme.example")
            .Prepend("user_name,mail"), "person,person@acme.example"]);

        var many = await SearchAsync("person");
        var few = await SearchAsync("person p1234@acme.example");

        Assert.True(many.IsCutOff);
        Assert.Contains(many.People, found => found.Account.UserName is "person");
        Assert.False(few.IsCutOff);
        Assert.Equal(["person1234"], few.People.Select(found => found.Account.UserName));
    }

    private Task<PeoplePage> SearchAsync(string typed) => testHost.AskAsync<TwoFactor.Administration.People, PeoplePage>(
        people => people.ListAsync(new PeopleFilter(typed), null, null, Cancellation, 2000));
}
