namespace TwoFactor.Accounts.Passwords;

/// <summary>The result of checking a password.</summary>
public abstract record PasswordCheckResult
{
    private PasswordCheckResult()
    {
    }

    /// <param name="NeedsRehash">The stored hash is cheaper than the limits now ask for: hash this password anew.</param>
    public sealed record Right(bool NeedsRehash) : PasswordCheckResult;

    public sealed record Wrong : PasswordCheckResult;

    /// <summary>The queue is full; the password was not checked. 503 with Retry-After.</summary>
    public sealed record Busy : PasswordCheckResult;
}

/// <summary>
/// The one place where passwords are hashed: on at most half of the processors, in turn for known people and for strangers. A singleton.
/// </summary>
public sealed class PasswordHasher : IDisposable
{
    private readonly PasswordLimits limits;
    private readonly PasswordQueues queues;
    private readonly PasswordHash ofNothing;
    private readonly TypedPassword insteadOfTooLong = new("instead of one that is too long");
    private long computed;

    public PasswordHasher(PasswordLimits limits)
        : this(limits, new PasswordQueues(Math.Max(1, Environment.ProcessorCount / 2), limits))
    {
    }

    internal PasswordHasher(PasswordLimits limits, PasswordQueues queues)
    {
        this.limits = limits;
        this.queues = queues;
        ofNothing = PasswordHash.Dummy(limits);
    }

    /// <summary>Hashes computed since the start. An unknown name must cost as many as a known one.</summary>
    public long Computed => Interlocked.Read(ref computed);

    /// <summary>Checks a password. It costs one hash, whether or not there is such a person, and whatever was typed.</summary>
    /// <param name="phc">The stored hash; null when the name is unknown or has no password. The answer is then
    /// <see cref="PasswordCheckResult.Wrong"/>, after the same work.</param>
    /// <param name="typed">What was typed.</param>
    /// <param name="caller">Whose place in the queue it takes.</param>
    /// <param name="cancellation">Frees the place in the queue.</param>
    public async Task<PasswordCheckResult> VerifyAsync(string? phc, TypedPassword typed, HashCaller caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var stored = PasswordHash.Parse(phc);
        var isTooLong = typed.Length > limits.MaximumLength;
        var counted = Counted(() => (stored ?? ofNothing).Matches(isTooLong ? insteadOfTooLong : typed));
        if (!queues.TryEnter(counted, caller, out var fits, cancellation))
        {
            return new PasswordCheckResult.Busy();
        }

        return await fits && stored is not null && !isTooLong
            ? new PasswordCheckResult.Right(stored.NeedsRehash(limits))
            : new PasswordCheckResult.Wrong();
    }

    /// <summary>
    /// Hashes a password that <see cref="PasswordRules"/> allowed. Returns its PHC string, or null when the queue is full.
    /// </summary>
    public async Task<string?> HashAsync(TypedPassword typed, HashCaller caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(typed);
        if (typed.Length > limits.MaximumLength)
        {
            throw new ArgumentException("A password over the maximum is never hashed: ask PasswordRules first.", nameof(typed));
        }

        var counted = Counted(() => PasswordHash.Compute(typed, limits));
        return queues.TryEnter(counted, caller, out var hash, cancellation) ? (await hash).Write() : null;
    }

    /// <summary>Hashes other secrets, in the same queues. Returns null when the queue is full.</summary>
    public async Task<IReadOnlyList<byte[]>?> DeriveAsync(
        IReadOnlyList<byte[]> secrets, byte[] salt, int memoryKibibytes, int iterations, HashCaller caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var work = () =>
        {
            Interlocked.Add(ref computed, secrets.Count);
            return secrets.Select(secret => PasswordHash.Derive(secret, salt, memoryKibibytes, iterations)).ToList();
        };
        return queues.TryEnter(work, caller, out var hashes, cancellation) ? await hashes : null;
    }

    public void Dispose() => queues.Dispose();

    private Func<T> Counted<T>(Func<T> work) => () =>
    {
        Interlocked.Increment(ref computed);
        return work();
    };
}
