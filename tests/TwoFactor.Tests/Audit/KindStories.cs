namespace TwoFactor.Tests.Audit;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// What is told, and the kinds of events that it must leave. A new kind joins the story that makes it, or brings its own.
/// </summary>
internal sealed record KindStory(string Name, Func<App, Task> Act, params string[] Kinds)
{
    /// <summary>Told to a server that does its chores by itself.</summary>
    public bool KeepsHouse { get; init; }
}

/// <summary>Stories that together leave every kind of event.</summary>
internal static class KindStories
{
    public static IReadOnlyList<KindStory> All { get; } =
    [
        new("a first start", FirstStartAsync,
            AuditKinds.KeysCreated, AuditKinds.PasswordSet, AuditKinds.EnrollmentStarted, AuditKinds.EnrollmentConfirmed,
            AuditKinds.AccountEnrolled, AuditKinds.SetupCompleted,
            AuditKinds.SignInCompleted, AuditKinds.RecoveryCodesShown, AuditKinds.RecoveryCodesSaved, AuditKinds.SignedOut),
        new("an invitation", OwnerKindStories.InvitationAsync,
            AuditKinds.AccountInvited, AuditKinds.AccountInvitationSent, AuditKinds.ActRefused, AuditKinds.EnrollmentReplaced,
            AuditKinds.EnrollmentWrongCode),
        new("passwords", PasswordsAsync, AuditKinds.PasswordWrong, AuditKinds.PasswordUnknown, AuditKinds.PasswordWaiting),
        new("a password that strangers switch off", SwitchedOffPasswordAsync,
            AuditKinds.PasswordSwitchedOff, AuditKinds.PasswordSwitchedOn),
        new("links for a new password", LinksAsync,
            AuditKinds.PasswordLinkMade, AuditKinds.PasswordLinkSent, AuditKinds.PasswordLinkUnknown, AuditKinds.PasswordLinkRefused),
        new("codes", CodesAsync,
            AuditKinds.CodeWrong, AuditKinds.CodeSpent, AuditKinds.CodeWaiting, AuditKinds.GuardWaiting, AuditKinds.AccountUnlocked),
        new("a guard that closes", ClosedGuardAsync, AuditKinds.GuardClosed, AuditKinds.CodeClosed),
        new(
            "an account that is switched off",
            SwitchedOffAsync,
            AuditKinds.AccountDisabled,
            AuditKinds.AccountEnabled,
            AuditKinds.AccountSessionsEnded,
            AuditKinds.SignInRefusedHeld),
        new(
            "recovery codes",
            OwnerKindStories.RecoveryCodesAsync,
            AuditKinds.RecoveryCodeUsed,
            AuditKinds.RecoveryCodeWrong,
            AuditKinds.RecoveryCodeResting),
        new("sessions", OwnerKindStories.SessionsAsync, AuditKinds.SessionEnded, AuditKinds.SessionResumed),
        new("one's own phones", OwnerKindStories.PhonesAsync,
            AuditKinds.ProofGiven, AuditKinds.AuthenticatorAdded, AuditKinds.AuthenticatorRemoved, AuditKinds.AuthenticatorRenamed),
        new("one's own addresses", OwnerKindStories.AddressesAsync,
            AuditKinds.AddressEntered, AuditKinds.AddressChanged, AuditKinds.AddressPutBack, AuditKinds.NotMe),
        new("resets", OwnerKindStories.ResetsAsync,
            AuditKinds.ResetApproved, AuditKinds.ResetCancelled, AuditKinds.ResetRefused, AuditKinds.TicketAccepted, AuditKinds.TicketWrong,
            AuditKinds.CodeHeld),
        new(
            "a second person",
            DeskKindStories.SecondPersonAsync,
            AuditKinds.ResetAsked,
            AuditKinds.RequestApproved,
            AuditKinds.RequestCancelled,
            AuditKinds.RequestExpired,
            AuditKinds.TicketShown),
        new("passes", DeskKindStories.PassesAsync, AuditKinds.PassAsked, AuditKinds.PassGiven, AuditKinds.PassUsed),
        new("another role, another name, and the end", DeskKindStories.EditsAsync,
            AuditKinds.RoleRefused, AuditKinds.RoleChanged, AuditKinds.AccountChanged, AuditKinds.AccountDeleted),
        new("people from a file", DeskKindStories.ImportedAsync,
            AuditKinds.AccountImported, AuditKinds.AccountGroupsChanged, AuditKinds.AccountReminded, AuditKinds.AccountDeadlineSet,
            AuditKinds.GroupDeadlineSet, AuditKinds.ImportStarted, AuditKinds.ImportDone, AuditKinds.ImportUndone),
        new("lists that leave", DeskKindStories.ExportsAsync, AuditKinds.AccountsExported, AuditKinds.AuditExported),
        new("an agent with too many passes", DeskKindStories.ManyPassesAsync, AuditKinds.AlarmAgentLimit),
        new("five slow phones", DeskKindStories.ClockAsync, AuditKinds.AlarmClock),
        new("a message that is tried again", DeskKindStories.RetriedMailAsync, AuditKinds.MailRetried),
        new("somebody writes to the database", ServerKindStories.TamperedAsync,
            AuditKinds.AlarmAltered, AuditKinds.AccountRewritten, AuditKinds.AlarmSecretUnreadable, AuditKinds.AlarmEventTag,
            AuditKinds.AlarmChainBroken),
        new("somebody changes the schema", ServerKindStories.PlantedAsync, AuditKinds.AlarmSchema),
        new("a hash that costs more", ServerKindStories.RehashAsync, AuditKinds.PasswordRehashed),
        new("a message that somebody altered", ServerKindStories.AlteredMailAsync, AuditKinds.MailSetAside),
        new(
            "a key that is added, and a ring that goes away",
            ServerKindStories.KeysAsync,
            AuditKinds.KeysAdopted,
            AuditKinds.KeysInconsistent) { KeepsHouse = true },
        new("a signing key, and events that are removed", ServerKindStories.AuditAsync, AuditKinds.KeysSigningMade, AuditKinds.AuditPruned),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task FirstStartAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await ada.SaveRecoveryCodesAsync();
        await ada.SignOutAsync();
    }

    private static async Task PasswordsAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await new TestUser(app, "nobody", "nobody@acme.example").EnterPasswordAsync();
        for (var wrong = 0; wrong < 12; wrong++)
        {
            await new TestUser(app, ada.UserName, ada.Mail).EnterPasswordAsync("not the right password");
        }
    }

    private static async Task SwitchedOffPasswordAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await ada.SignOutAsync();
        await new TestUser(app, ada.UserName, ada.Mail).EnterPasswordAsync("not the right password");
        await app.ArrangeAsync($"UPDATE password_guard SET fails=99 WHERE device_id={Guid.Empty}");
        await new TestUser(app, ada.UserName, ada.Mail).EnterPasswordAsync("not the right password");
        await ada.SignInAsync();
    }

    private static async Task LinksAsync(App app)
    {
        await TestUser.FirstAdminAsync(app);
        await app.AskForLinkAsync("nobody");
        for (var asked = 0; asked < 4; asked++)
        {
            await app.AskForLinkAsync("ada");
        }

        await MakeLinkAsync(app, "ada");
    }

    private static async Task CodesAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await ana.Elsewhere(app).SignInAsync();
        var spent = ana.Elsewhere(app);
        await spent.Browser.SubmitAsync(await spent.EnterPasswordAsync(), ("code", ana.Code(-1)));
        var waits = ana.Elsewhere(app);
        var page = await waits.EnterPasswordAsync();
        for (var wrong = 0; wrong < 10; wrong++)
        {
            var stranger = ana.Elsewhere(app);
            await stranger.Browser.SubmitAsync(await stranger.EnterPasswordAsync(), ("code", ana.WrongCode()));
        }

        await waits.Browser.SubmitAsync(page, ("code", ana.WrongCode()));
        await ada.Browser.PressAsync(
            await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ana")}"), "Unlock", ("reason", "asked by phone"));
    }

    private static async Task ClosedGuardAsync(App app)
    {
        await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        var id = await app.IdAsync("ana");
        while (!(await app.GuardAsync(id)).Closed)
        {
            var wait = (await app.GuardAsync(id)).WaitUntil - app.Time.Now();
            app.Time.Advance(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            var late = ana.Elsewhere(app);
            var page = await late.EnterPasswordAsync();
            var wrong = ana.Elsewhere(app);
            await wrong.Browser.SubmitAsync(await wrong.EnterPasswordAsync(), ("code", ana.WrongCode()));
            if ((await app.GuardAsync(id)).Closed)
            {
                await late.Browser.SubmitAsync(page, ("code", ana.Code()));
            }
        }
    }

    private static async Task SwitchedOffAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await PressAsync(app, ada, "ana", "End all sessions");
        await PressAsync(app, ada, "ana", "Switch off");
        await ana.Elsewhere(app).EnterPasswordAsync();
        await PressAsync(app, ada, "ana", "Switch on");
    }

    private static async Task PressAsync(App app, TestUser agent, string target, string button)
    {
        var page = await agent.Browser.GetAsync($"/admin/accounts/{await app.IdAsync(target)}");
        await agent.Browser.PressAsync(page, button, ("reason", "asked by phone"), ("code", agent.Code()));
        app.Time.Advance(TimeSpan.FromSeconds(30));
    }

    private static async Task MakeLinkAsync(App app, string userName)
    {
        var id = await app.IdAsync(userName);
        await app.AskAsync(services => services.GetRequiredService<PasswordLinks>().MakeAsync(id, Actor.Console, Cancellation));
    }
}
