namespace TwoFactor.Storage;

using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

/// <summary>Adds a row as its entity is mapped, unless a unique key forbids it: then it changes nothing, and fails nothing.</summary>
internal static class InsertStatement
{
    public static FormattableString For(TwoFactorDb database, object row)
    {
        var entity = database.Model.FindEntityType(row.GetType())
            ?? throw new ArgumentException($"{row.GetType()} has no table.", nameof(row));
        var properties = entity.GetProperties().ToList();
        var columns = string.Join(", ", properties.Select(property => property.GetColumnName()));
        var places = string.Join(", ", properties.Select((_, index) => $"{{{index}}}"));
        var values = properties.Select(property =>
        {
            var value = property.GetGetter().GetClrValue(row);
            return value is not null && property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;
        });
        return FormattableStringFactory.Create(
            $"INSERT INTO {entity.GetTableName()} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", [.. values]);
    }
}
