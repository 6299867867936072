namespace TwoFactor.Keys;

/// <summary>
/// Something had to be protected while the ring does not fit the database. Nothing of its story stands; the answer is 503.
/// </summary>
public sealed class KeyRingProblemException() : Exception("The key ring does not fit the database: nothing can be protected now.");
