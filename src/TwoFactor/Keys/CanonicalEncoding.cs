namespace TwoFactor.Keys;

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

/// <summary>
/// Encodes a list of fields as bytes. Each field carries its kind and its length, so that two different lists never give the same bytes.
/// </summary>
public sealed class CanonicalEncoding
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    public CanonicalEncoding Text(string? value) => Field('t', value is null ? null : Encoding.UTF8.GetBytes(value));

    public CanonicalEncoding Bytes(byte[]? value) => Field('b', value);

    public CanonicalEncoding Id(Guid? value) => Field('g', value?.ToByteArray());

    public CanonicalEncoding Number(long? value)
    {
        if (value is not { } number)
        {
            return Field('n', null);
        }

        var buffer = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(buffer, number);
        return Field('n', buffer);
    }

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    private CanonicalEncoding Field(char kind, byte[]? value)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], value?.Length ?? -1);
        bytes.Write(head);
        bytes.Write(value.AsSpan());
        return this;
    }
}
