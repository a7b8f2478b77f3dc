using System.Collections.Immutable;
using Platform.Engine.Discovery;
using Platform.Grains.Cluster;

namespace Platform.Engine.Tests.Embedded;

public sealed class CatalogueTests
{
    [Fact]
    public void Grains_OfThePlatform_FollowTheRules()
    {
        var catalogue = GrainCatalogue.Of([typeof(IPlatformGrains).Assembly, typeof(FreshStateFilter).Assembly]);

        Assert.Equal("sweeper", catalogue.ClassOf(typeof(ISweeperGrain)).Name);
        Assert.Contains("sweeper", catalogue.Remindable);
    }

    [Fact]
    public void Everything_ThatIsWrong_IsReportedAtOnce()
    {
        var failure = Assert.Throws<GrainConfigurationException>(() => new GrainCatalogue(typeof(Wrong).GetNestedTypes()));

        string[] expected =
        [
            "NoInterface: a grain class implements an interface",
            "TwoInterfaces: a grain class has one grain interface",
            "BadState: the constructor's parameter 'notMarked' is a state without [PersistentState]",
            "BadState: the constructor's parameter 'notAState' is marked as state",
            "BadState: the constructor's parameter 'withoutConstructor' has a state of type Shape, which has no public parameterless constructor",
            "IBad.Now: it returns Int32",
            "IBad.ByReferenceAsync: the parameter 'number' is passed by reference",
            "IBad.TakesListAsync: the parameter 'list' is or holds a List`1",
            "IBad.GivesMutableAsync: its result is or holds a Mutable, whose Value may change",
            "First, Second: the grain type name 'same' is used more than once",
            "First, Second: the state name 'shared' is used more than once",
        ];
        Assert.All(expected, words => Assert.Contains(failure.Failures, found => found.StartsWith(words, StringComparison.Ordinal)));
        Assert.All(failure.Failures, found => Assert.Contains(found, failure.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(typeof(string), true)]
    [InlineData(typeof(DateTimeOffset?), true)]
    [InlineData(typeof(ImmutableArray<int>), true)]
    [InlineData(typeof(ImmutableArray<int[]>), false)]
    [InlineData(typeof((int, string)), true)]
    [InlineData(typeof(Frozen), true)]
    [InlineData(typeof(Wrong.Mutable), false)]
    [InlineData(typeof(IReadOnlyList<int>), false)]
    [InlineData(typeof(byte[]), false)]
    [InlineData(typeof(object), false)]
    public void OnlyWhatCannotChange_Crosses(Type type, bool crosses) => Assert.Equal(crosses, Isolation.FindMutable(type) is null);

    private sealed record Frozen(string Name, ImmutableDictionary<string, Frozen> Inner, DateTimeOffset? At);

    public static class Wrong
    {
        public interface IBad : IGrainWithStringKey
        {
            int Now();

            Task ByReferenceAsync(ref int number);

            Task TakesListAsync(List<int> list);

            Task<Mutable> GivesMutableAsync();
        }

        public interface IFirst : IGrainWithStringKey;

        public interface ISecond : IGrainWithStringKey;

        public sealed record Mutable
        {
            public int Value { get; set; }
        }

        public sealed record Shape(int Number);

        public sealed class NoInterface : Grain;

        public sealed class TwoInterfaces : Grain, IFirst, ISecond;

        public sealed class BadState(
            IPersistentState<Mutable> notMarked,
            [PersistentState("a")] string notAState,
            [PersistentState("b")] IPersistentState<Shape> withoutConstructor) : Grain, IBad
        {
            public int Now() => notMarked.State.Value;

            public Task ByReferenceAsync(ref int number) => Task.FromResult(notAState);

            public Task TakesListAsync(List<int> list) => withoutConstructor.ReadStateAsync();

            public Task<Mutable> GivesMutableAsync() => Task.FromResult(new Mutable());
        }

        [GrainType("same")]
        public sealed class First([PersistentState("shared")] IPersistentState<Mutable> state) : Grain, IFirst
        {
            public string? Etag => state.Etag;
        }

        [GrainType("same")]
        public sealed class Second([PersistentState("shared")] IPersistentState<Mutable> state) : Grain, ISecond
        {
            public string? Etag => state.Etag;
        }
    }
}
