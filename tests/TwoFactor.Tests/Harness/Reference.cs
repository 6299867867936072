namespace TwoFactor.Tests.Harness;

using System.Reflection;
using System.Reflection.Emit;

/// <summary>One type uses another. Nested types, lambdas and state machines count as the type that they were written in.</summary>
/// <param name="From">Full name of the outermost type that uses.</param>
/// <param name="To">Full name of the outermost type that is used.</param>
/// <param name="Member">The member of <paramref name="To"/> that a method body names; null where only the type is named.</param>
public sealed record Reference(string From, string To, string? Member = null)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>All that the types of an assembly use: in their signatures, attributes and method bodies.</summary>
    /// <remarks>Constants and <c>nameof</c> leave no trace in an assembly and are not seen.</remarks>
    public static IReadOnlyCollection<Reference> In(IEnumerable<Type> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        var found = new HashSet<Reference>();
        foreach (var type in types)
        {
            var from = NameOf(type);
            foreach (var (used, member) in UsedBy(type).SelectMany(use => Flatten(use.Type).Select(part => (part, use.Member))))
            {
                found.Add(new Reference(from, NameOf(used), member));
            }
        }

        return found;
    }

    /// <summary>The methods and constructors that a method body names.</summary>
    public static IEnumerable<MethodBase> CallsOf(MethodBase method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Tokens(method.GetMethodBody()?.GetILAsByteArray() ?? []).Select(token => Resolve(method, token)).OfType<MethodBase>();
    }

    public static string NameOf(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.Namespace is null ? type.Name : $"{type.Namespace}.{type.Name}";
    }

    private static IEnumerable<(Type? Type, string? Member)> UsedBy(Type type)
    {
        var signature = new List<Type?> { type.BaseType };
        signature.AddRange(type.GetInterfaces());
        signature.AddRange(Constraints(type.GetGenericArguments()));
        signature.AddRange(Attributes(type.CustomAttributes));
        foreach (var member in type.GetMembers(Declared))
        {
            signature.AddRange(Attributes(member.CustomAttributes));
            signature.AddRange(member switch
            {
                FieldInfo field => [field.FieldType],
                PropertyInfo property => [property.PropertyType],
                EventInfo @event => [@event.EventHandlerType],
                MethodBase method => Signature(method),
                _ => [],
            });
        }

        var bodies = type.GetMembers(Declared).OfType<MethodBase>().Append(type.TypeInitializer).OfType<MethodBase>().SelectMany(Body);
        return signature.Select(used => (used, (string?)null)).Concat(bodies);
    }

    private static IEnumerable<Type?> Signature(MethodBase method)
    {
        var parameters = method.GetParameters();
        var types = parameters.Select(parameter => (Type?)parameter.ParameterType)
            .Concat(parameters.SelectMany(parameter => Attributes(parameter.CustomAttributes)));
        return method is MethodInfo { ReturnParameter: var answer }
            ? types.Append(answer.ParameterType).Concat(Attributes(answer.CustomAttributes)).Concat(
                method.IsGenericMethodDefinition ? Constraints(method.GetGenericArguments()) : [])
            : types;
    }

    private static IEnumerable<Type?> Constraints(Type[] arguments) =>
        arguments.Where(argument => argument.IsGenericParameter).SelectMany(argument => argument.GetGenericParameterConstraints());

    private static IEnumerable<Type?> Attributes(IEnumerable<CustomAttributeData> attributes) => attributes.SelectMany(
        attribute => attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue))
            .SelectMany(TypesIn)
            .Append(attribute.AttributeType));

    private static IEnumerable<Type?> TypesIn(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        Type type => [argument.ArgumentType, type],
        IEnumerable<CustomAttributeTypedArgument> several => several.SelectMany(TypesIn),
        _ => [argument.ArgumentType],
    };

    private static IEnumerable<(Type? Type, string? Member)> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            yield break;
        }

        foreach (var local in body.LocalVariables)
        {
            yield return (local.LocalType, null);
        }

        foreach (var clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause))
        {
            yield return (clause.CatchType, null);
        }

        foreach (var used in Tokens(body.GetILAsByteArray() ?? []).Select(token => Resolve(method, token)).SelectMany(Used))
        {
            yield return used;
        }
    }

    private static IEnumerable<(Type? Type, string? Member)> Used(MemberInfo? member) => member switch
    {
        Type type => [(type, null)],
        FieldInfo field => [(field.DeclaringType, field.Name), (field.FieldType, null)],
        MethodBase { IsGenericMethod: true } method =>
            [(method.DeclaringType, method.Name), .. method.GetGenericArguments().Select(argument => ((Type?)argument, (string?)null))],
        MethodBase method => [(method.DeclaringType, method.Name)],
        _ => [],
    };

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    /// <summary>The metadata tokens that a method body names: fields, methods and types.</summary>
    private static IEnumerable<int> Tokens(byte[] body)
    {
        for (var at = 0; at < body.Length;)
        {
            var code = body[at] == 0xFE ? Codes[unchecked((short)(0xFE00 | body[at + 1]))] : Codes[body[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return BitConverter.ToInt32(body, at);
            }

            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(body, at)),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> Flatten(Type? type)
    {
        while (type is { HasElementType: true })
        {
            type = type.GetElementType();
        }

        return type is null or { IsGenericParameter: true } or { IsFunctionPointer: true }
            ? []
            : type.GetGenericArguments().SelectMany(Flatten).Append(type);
    }
}
