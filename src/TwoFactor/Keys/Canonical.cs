namespace TwoFactor.Keys;

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

/// <summary>Bytes that two different lists of fields never share: each field carries its kind and its length.</summary>
public sealed class Canonical
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    public Canonical Text(string? value) => Field('t', value is null ? null : Encoding.UTF8.GetBytes(value));

    public Canonical Bytes(byte[]? value) => Field('b', value);

    public Canonical Id(Guid? value) => Field('g', value?.ToByteArray());

    public Canonical Number(long? value)
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

    private Canonical Field(char kind, byte[]? value)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], value?.Length ?? -1);
        bytes.Write(head);
        bytes.Write(value.AsSpan());
        return this;
    }
}
