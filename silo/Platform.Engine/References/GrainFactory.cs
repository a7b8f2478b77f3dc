using System.Collections.Concurrent;
using Platform.Engine.Hosting;

namespace Platform.Engine.References;

/// <summary>Makes references, from one template for each interface.</summary>
internal sealed class GrainFactory(EmbeddedEngine engine) : IGrainFactory
{
    private readonly ConcurrentDictionary<Type, GrainProxy> _templates = new();

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrEmpty(primaryKey);
        var template = _templates.GetOrAdd(
            typeof(TGrainInterface),
            static (type, engine) => GrainProxy.CreateTemplate(engine, engine.Catalogue.ClassOf(type)),
            engine);
        return (TGrainInterface)(object)template.WithKey(primaryKey);
    }
}
