namespace TwoFactor.Authenticators;

using TwoFactor.Keys;

/// <summary>Secrets at rest: the purpose chain names account and authenticator, so a ciphertext that was moved to another row does not open.</summary>
public sealed class AuthenticatorSecrets(SecretsRing ring, KeyRingHealth health)
{
    private const string Purpose = "TwoFactor.Authenticator";

    /// <summary>Whether the ring fits the database; while it does not, no code is judged.</summary>
    public bool CanJudge => health.Current.IsConsistent;

    internal ProtectedPayload Protect(TotpSecret secret, Guid account, Guid authenticator)
    {
        ArgumentNullException.ThrowIfNull(secret);
        health.RequireConsistent();
        return ring.Protect(secret.Reveal(), Purpose, account.ToString("N"), authenticator.ToString("N"));
    }

    /// <summary>Opens the secret of a row that is not removed.</summary>
    internal Unprotected Open(Authenticator authenticator)
    {
        ArgumentNullException.ThrowIfNull(authenticator);
        var secret = new ProtectedPayload(
            authenticator.Ciphertext ?? throw new ArgumentException("A removed authenticator has no secret.", nameof(authenticator)),
            authenticator.KeyId ?? Guid.Empty);
        return ring.Unprotect(secret, health.Current.Readable, Purpose, authenticator.AccountId.ToString("N"), authenticator.Id.ToString("N"));
    }
}
