namespace TwoFactor.Tests.Authenticators;

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Who guesses and hangs up before the answer gets no guess back.</summary>
public sealed class AbortedGuessTests
{
    [Theory]
    [InlineData("UPDATE pending_sign_in SET tries=tries+1")]
    [InlineData("UPDATE code_guard SET fails=fails+1")]
    public async Task A_wrong_code_is_charged_whatever_becomes_of_its_caller(string statement)
    {
        using var hangsUp = new HangsUp(statement);
        await using var testHost = await TestHost.PrepareAsync(hangsUp);
        var ana = await testHost.AddAsync();
        var pending = await testHost.EnterPasswordAsync(ana.UserName);

        var verdict = CodeVerdictTests.Verdict(await testHost.AskAsync<SignIn, SignInOutcome>(signIn => signIn.CompleteAsync(
            pending, Guid.Empty, ana.Phone.WrongCode(), null, null, TestHost.Stranger, hangsUp.Caller)));

        Assert.True(hangsUp.Caller.IsCancellationRequested);
        Assert.IsType<CodeVerdict.Wrong>(verdict);
        Assert.Equal(1, (await testHost.GuardAsync(ana.Id)).Fails);
        Assert.Single(await testHost.EventsAsync(AuditKinds.CodeWrong, ana.Id));
        Assert.Equal(3, Assert.IsType<SignInOutcome.Refused>(await testHost.EnterCodeAsync(pending, ana.Phone.WrongCode())).TriesLeft);
    }

    [Fact]
    public async Task A_wrong_password_is_charged_whatever_becomes_of_its_caller()
    {
        using var hangsUp = new HangsUp("INSERT INTO password_guard");
        await using var testHost = await TestHost.PrepareAsync(hangsUp);
        var ana = await testHost.AddAsync();

        var outcome = await testHost.AskAsync<PasswordStep, PasswordOutcome>(step => step.SubmitAsync(
            ana.UserName, new TypedPassword("not her password"), null, null, null, TestHost.Stranger, hangsUp.Caller));

        Assert.True(hangsUp.Caller.IsCancellationRequested);
        Assert.IsType<PasswordOutcome.Refused>(outcome);
        Assert.Equal(1, Assert.Single(await testHost.RowsAsync<PasswordGuard>(), guard => guard.AccountId == ana.Id).Fails);
        Assert.Single(await testHost.EventsAsync(AuditKinds.PasswordWrong, ana.Id));
    }

    /// <summary>A caller who is gone as soon as a statement was carried out.</summary>
    private sealed class HangsUp(string statement) : DbCommandInterceptor, IDisposable
    {
        private readonly CancellationTokenSource source = new();

        public CancellationToken Caller => source.Token;

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            HangUp(command);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            HangUp(command);
            return ValueTask.FromResult(result);
        }

        public void Dispose() => source.Dispose();

        private void HangUp(DbCommand command)
        {
            if (command.CommandText.Contains(statement, StringComparison.Ordinal))
            {
                source.Cancel();
            }
        }
    }
}
