namespace TwoFactor.Tests.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>An owner with mail addresses, in an installation with one admin.</summary>
public abstract class OwnerStories(App app) : IAsyncLifetime, IDisposable
{
    protected const string Old = "ana@acme.example";
    protected const string New = "ana@new.example";
    protected const string Second = "ana@home.example";

    protected App App { get; } = app;

    protected TestUser Ana { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await TestUser.FirstAdminAsync(App);
        Ana = await TestUsers.AddAsync(App, "ana", Role.User);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        App.Dispose();
    }
}
