namespace TwoFactor.Audit.Retention;

using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Gives the signing keys to the code that signs with them or publishes them. The first key is created, with an event, before the first
/// signature; reading the keys creates none.
/// </summary>
public sealed class ExportSigning(UnitOfWork unitOfWork, SigningKeyStore keys, AuditLog log)
{
    /// <summary>Makes the first key, if there is none.</summary>
    public Task EnsureAsync(CancellationToken cancellation) =>
        unitOfWork.RunAsync(Actor.Server, Locks.None, MakeAsync, cancellation);

    /// <summary>All keys, newest first; the first one signs. The caller disposes of them.</summary>
    /// <exception cref="KeyRingProblemException">They cannot be opened now.</exception>
    public Task<IReadOnlyList<SigningKeyPair>> KeysAsync(CancellationToken cancellation) => keys.OpenAsync(cancellation);

    private async Task<Committed<bool>> MakeAsync(Work work)
    {
        var isMade = await keys.MakeFirstAsync(work);
        if (isMade)
        {
            log.Record(work, AuditKinds.KeysSigningMade, null);
        }

        return new Committed<bool>(isMade);
    }
}
