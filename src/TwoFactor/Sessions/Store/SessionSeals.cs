namespace TwoFactor.Sessions.Store;

using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The two seals of a session's row: over its token and what opened it, and over what was proven in it.</summary>
internal sealed class SessionSeals(KeyedHasher keyedHasher)
{
    public const string Purpose = "session";

    public byte[] Of(Token token, Guid account, Guid session, Epoch epoch, UnixTime endsAt, Guid authenticator, TimeStep step) =>
        keyedHasher.TokenSeal(
            Purpose, token, account, session, epoch, endsAt, new CanonicalEncoding().Id(authenticator).Number(step.Number));

    public byte[] OfProofs(Guid session, Epoch epoch, UnixTime? provenAt, UnixTime? recoveredAt, bool isRepair) =>
        keyedHasher.Hash(
            "session.proof",
            new CanonicalEncoding().Id(session).Number(epoch.Number).Number(provenAt?.Seconds).Number(recoveredAt?.Seconds)
                .Number(isRepair ? 1 : 0).ToArray());

    /// <summary>Whether a row was written by this program for this token.</summary>
    public bool AreRight(Session session, Token token) =>
        KeyedHasher.FixedTimeEquals(
            session.Seal,
            Of(token, session.AccountId, session.Id, session.Epoch, session.ExpiresAt, session.AuthenticatorId, session.Step))
        && KeyedHasher.FixedTimeEquals(
            session.ProofSeal, OfProofs(session.Id, session.Epoch, session.ProvenAt, session.RecoveredAt, session.IsRepair));
}
