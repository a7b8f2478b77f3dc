using System.Reflection;
using Platform.Engine.Activations;
using Platform.Engine.Discovery;
using Platform.Engine.Hosting;

namespace Platform.Engine.References;

/// <summary>The base of references: the runtime derives a type from it for each grain interface. Holds an address and nothing of the grain.</summary>
internal class GrainProxy : DispatchProxy
{
    private EmbeddedEngine _engine = null!;
    private GrainClass _class = null!;
    private Activation? _last;

    public string Key { get; private set; } = string.Empty;

    /// <summary>A reference without a key, to make others from.</summary>
    public static GrainProxy CreateTemplate(EmbeddedEngine engine, GrainClass grainClass)
    {
        var template = (GrainProxy)Create(grainClass.Interface, typeof(GrainProxy));
        template._engine = engine;
        template._class = grainClass;
        return template;
    }

    /// <summary>The same reference with a key.</summary>
    public GrainProxy WithKey(string key)
    {
        // A copy of the template, which is several times faster than making a proxy anew.
        var reference = (GrainProxy)MemberwiseClone();
        reference.Key = key;
        return reference;
    }

    /// <summary>Sends a call to the activation under the key; makes one where there is none.</summary>
    /// <exception cref="EngineStoppedException">The engine takes no more calls.</exception>
    public void Send(GrainCall call)
    {
        _engine.ThrowIfClosed();
        if (_last is { } last && last.TryAccept(call))
        {
            return;
        }

        _last = _engine.Activations.Deliver(call, _class, Key);
    }

    public override bool Equals(object? obj) => obj is GrainProxy other && other._class == _class && other.Key == Key;

    public override int GetHashCode() => HashCode.Combine(_class, Key);

    public override string ToString() => _class.Interface.Name;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _class.MethodOf(targetMethod!).Call(this, args!);
}
