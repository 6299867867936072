namespace TwoFactor.Keys;

/// <summary>
/// Something had to be protected or unprotected while the key ring does not match the database. The story is rolled back, and the answer is
/// 503.
/// </summary>
public sealed class KeyRingProblemException() : Exception("The key ring does not fit the database: nothing can be protected now.");
