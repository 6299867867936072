namespace TwoFactor.Audit.Marks;

using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The content of a high-water file.</summary>
public abstract record HighWaterMark
{
    private const string Title = "TwoFactor high-water 1";
    private const string HeadWord = "head ";
    private const string SetupLine = "set-up done";
    private const string AccountWord = "account ";
    private const string CountWord = "count ";
    private const string HmacWord = "hmac ";

    private HighWaterMark()
    {
    }

    /// <summary>Nothing was written here yet, or the file was removed.</summary>
    public sealed record None : HighWaterMark;

    /// <summary>The chain had this event when the file was written.</summary>
    /// <param name="Sequence">0 before the first event is sealed.</param>
    /// <param name="Mac">Empty before the first event is sealed.</param>
    public sealed record Known(long Sequence, string Mac) : HighWaterMark
    {
        /// <summary>Whether the set-up was complete.</summary>
        public bool IsSetUp { get; init; }

        /// <summary>As <see cref="MarkedRevisions"/> says.</summary>
        public IReadOnlyDictionary<Guid, long> Revisions { get; init; } = FrozenDictionary<Guid, long>.Empty;

        /// <summary>As <see cref="MarkedCounts"/> says.</summary>
        public IReadOnlyDictionary<Guid, MarkedCount> Counts { get; init; } = FrozenDictionary<Guid, MarkedCount>.Empty;

        /// <summary>Whether the keyed hash of the file is right. An event that somebody asks about has none.</summary>
        public bool IsGenuine { get; init; } = true;

        /// <summary>Reads "12 3fe4…" or "12:3fe4…", as the file and the log have it. Returns null for any other text.</summary>
        public static Known? Parse(string text)
        {
            ArgumentNullException.ThrowIfNull(text);
            return text.Trim().Split(' ', ':') is [var number, { Length: 2 * AuditEvent.MacSize } mac]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence > 0
                && mac.All(char.IsAsciiHexDigitLower)
                    ? new Known(sequence, mac)
                    : null;
        }

        internal bool Matches(byte[]? mac) =>
            mac is not null && string.Equals(Convert.ToHexStringLower(mac), Mac, StringComparison.Ordinal);

        /// <summary>The text of the file: a line for each thing that it says, and a keyed hash over all of them.</summary>
        internal string ToText(KeyedHasher keyedHasher)
        {
            var lines = new StringBuilder(Title).Append('\n');
            if (Sequence > 0)
            {
                lines.Append(HeadWord).Append(CultureInfo.InvariantCulture, $"{Sequence} {Mac}\n");
            }

            if (IsSetUp)
            {
                lines.Append(SetupLine).Append('\n');
            }

            foreach (var (account, revision) in Revisions.OrderBy(entry => entry.Key))
            {
                lines.Append(AccountWord).Append(CultureInfo.InvariantCulture, $"{account} {revision}\n");
            }

            foreach (var (account, count) in Counts.OrderBy(entry => entry.Key))
            {
                lines.Append(CountWord)
                    .Append(CultureInfo.InvariantCulture, $"{account} {count.Epoch.Number} {count.Count} {count.Since.Seconds}\n");
            }

            var said = lines.ToString();
            return $"{said}{HmacWord}{Hmac(keyedHasher, said)}\n";
        }
    }

    /// <summary>The file holds something else.</summary>
    public sealed record Unreadable : HighWaterMark;

    /// <summary>
    /// Reads what <see cref="Known.ToText"/> wrote. A line that this version does not know was written by a newer one, and is covered by
    /// the keyed hash like all others.
    /// </summary>
    internal static HighWaterMark Parse(KeyedHasher keyedHasher, string text)
    {
        var end = text.LastIndexOf(HmacWord, StringComparison.Ordinal);
        if (!text.StartsWith(Title + "\n", StringComparison.Ordinal) || end < 0)
        {
            return new Unreadable();
        }

        var said = text[..end];
        var lines = said.Split('\n');
        var headLine = Array.Find(lines, line => line.StartsWith(HeadWord, StringComparison.Ordinal));
        var head = headLine is null ? new Known(0, "") : Known.Parse(headLine[HeadWord.Length..]);
        var isGenuine = string.Equals(text[(end + HmacWord.Length)..].Trim(), Hmac(keyedHasher, said), StringComparison.Ordinal);
        return head is null
            ? new Unreadable()
            : head with
            {
                IsSetUp = lines.Contains(SetupLine, StringComparer.Ordinal),

                // Only lines of this program are sure to have their form.
                Revisions = isGenuine ? RevisionsIn(lines) : FrozenDictionary<Guid, long>.Empty,
                Counts = isGenuine ? CountsIn(lines) : FrozenDictionary<Guid, MarkedCount>.Empty,
                IsGenuine = isGenuine,
            };
    }

    private static FrozenDictionary<Guid, long> RevisionsIn(IEnumerable<string> lines) =>
        Accounts(lines, AccountWord).ToFrozenDictionary(words => Guid.Parse(words[1]), words => Number(words[2]));

    private static FrozenDictionary<Guid, MarkedCount> CountsIn(IEnumerable<string> lines) => Accounts(lines, CountWord).ToFrozenDictionary(
        words => Guid.Parse(words[1]),
        words => new MarkedCount(Epoch.FromStored(Number(words[2])), (int)Number(words[3]), UnixTime.FromStored(Number(words[4]))));

    private static IEnumerable<string[]> Accounts(IEnumerable<string> lines, string word) =>
        lines.Where(line => line.StartsWith(word, StringComparison.Ordinal)).Select(line => line.Split(' '));

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    private static string Hmac(KeyedHasher keyedHasher, string said) =>
        Convert.ToHexStringLower(keyedHasher.Hash("audit.high-water", Encoding.UTF8.GetBytes(said)));
}
