using System.Reflection;
using Platform.Engine.Tests.Grains;
using Platform.Grains.Cluster;

namespace Platform.Engine.Tests.Persistence;

public sealed class StatefulGrainConventionTests
{
    [Fact]
    public void MethodsOfStatefulGrains_DoNotInterleave()
    {
        var grains = new[] { typeof(FreshStateFilter).Assembly, typeof(BallotGrain).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(StatefulGrain<>))
            .ToList();
        var methods = grains
            .SelectMany(grain => grain.GetInterfaces().Where(type => type.IsAssignableTo(typeof(IGrainWithStringKey))))
            .SelectMany(type => type.GetMethods())
            .ToList();

        Assert.Contains(typeof(BallotGrain), grains);
        Assert.Contains(methods, method => method.Name == nameof(IBallotGrain.VoteAsync));
        Assert.DoesNotContain(
            methods,
            method => method.IsDefined(typeof(ReadOnlyAttribute)) || method.IsDefined(typeof(AlwaysInterleaveAttribute)));
    }
}
