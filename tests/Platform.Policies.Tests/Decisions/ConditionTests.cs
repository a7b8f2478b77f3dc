using System.Globalization;
using Platform.Policies.Decisions;
using Platform.Policies.Rules;
using static Platform.Policies.Tests.Sample;

namespace Platform.Policies.Tests.Decisions;

public sealed class ConditionTests
{
    [Theory]
    [InlineData("2026-07-15T11:59:59Z", false)]
    [InlineData("2026-07-15T12:00:00Z", true)]
    [InlineData("2026-07-15T12:59:59Z", true)]
    [InlineData("2026-07-15T13:00:00Z", false)]
    public void Window_IncludesItsBeginning_AndNotItsEnd(string now, bool holds) =>
        Holds(new PolicyConditions { From = Noon, Until = Noon.AddHours(1) }, now, holds);

    [Theory]
    [InlineData("2026-07-15T05:59:59Z", false)]
    [InlineData("2026-07-15T06:00:00Z", true)]
    [InlineData("2026-07-15T15:59:59Z", true)]
    [InlineData("2026-07-15T16:00:00Z", false)]
    [InlineData("2026-01-15T06:00:00Z", false)]
    [InlineData("2026-01-15T07:00:00Z", true)]
    public void Hours_AreThoseOfTheTimeZone(string now, bool holds) =>
        Holds(new PolicyConditions { Hours = new DailyWindow(new TimeOnly(8, 0), new TimeOnly(18, 0), "Europe/Rome") }, now, holds);

    [Theory]
    [InlineData("2026-07-15T21:59:59Z", false)]
    [InlineData("2026-07-15T22:00:00Z", true)]
    [InlineData("2026-07-16T05:59:59Z", true)]
    [InlineData("2026-07-16T06:00:00Z", false)]
    [InlineData("2026-07-15T05:00:00Z", false)]
    [InlineData("2026-07-16T22:00:00Z", false)]
    public void Hours_PastMidnight_BelongToTheDayOnWhichTheyBegan(string now, bool holds) => Holds(
        new PolicyConditions { Hours = new DailyWindow(new TimeOnly(22, 0), new TimeOnly(6, 0)), Days = [DayOfWeek.Wednesday] }, now, holds);

    [Theory]
    [InlineData("2026-07-14T23:59:59Z", false)]
    [InlineData("2026-07-15T00:00:00Z", true)]
    [InlineData("2026-07-16T00:00:00Z", false)]
    public void Days_AreOfUtc_WithoutHours(string now, bool holds) => Holds(new PolicyConditions { Days = [DayOfWeek.Wednesday] }, now, holds);

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("11.1.2.3", false)]
    [InlineData("192.168.1.7", true)]
    [InlineData("192.168.1.8", false)]
    [InlineData("2001:db8:1::5", true)]
    [InlineData("2001:db9::5", false)]
    [InlineData(null, false)]
    public void Address_IsInOneOfTheNetworks(string? address, bool holds)
    {
        var conditions = new PolicyConditions { Addresses = ["10.9.9.9/8", "192.168.1.7", "2001:db8::/32"] };
        Assert.Equal(holds, Compile(Allow("a", PathPattern.Any) with { Conditions = conditions }).Decide(Request("/", address: address)).IsAllowed);
    }

    [Fact]
    public void SessionAge_IsBounded()
    {
        var set = Compile(Allow("a", PathPattern.Any, PolicyAudience.Authenticated) with { Conditions = new PolicyConditions { MaxSessionAge = TimeSpan.FromMinutes(10) } });
        Assert.True(set.Decide(Request("/", new Caller { AuthenticatedAt = Noon.AddMinutes(-10) })).IsAllowed);
        Assert.False(set.Decide(Request("/", new Caller { AuthenticatedAt = Noon.AddMinutes(-10).AddTicks(-1) })).IsAllowed);
        Assert.False(set.Decide(Request("/", new Caller())).IsAllowed);
        Assert.Equal(TimeSpan.FromMinutes(10), set.Explain(Request("/", new Caller { AuthenticatedAt = Noon.AddHours(-1) })).SessionAgeNeeded);

        var denied = CompiledPolicySet.Compile(set.Set with { Rules = [.. set.Set.Rules, Deny("b", PathPattern.Any)] });
        Assert.Null(denied.Explain(Request("/", new Caller { AuthenticatedAt = Noon.AddHours(-1) })).SessionAgeNeeded);
    }

    [Fact]
    public void Strength_IsOneOfThoseNamed()
    {
        var set = Compile(Allow("a", PathPattern.Any, PolicyAudience.Authenticated) with { Conditions = new PolicyConditions { Strengths = ["mfa", "phr"] } });
        Assert.True(set.Decide(Request("/", new Caller { Strength = "phr" })).IsAllowed);
        Assert.False(set.Decide(Request("/", new Caller { Strength = "pwd" })).IsAllowed);
        Assert.False(set.Decide(Request("/", new Caller())).IsAllowed);
    }

    [Fact]
    public void WhatCannotBeTold_HoldsForDenyRules()
    {
        foreach (var conditions in new[]
        {
            new PolicyConditions { Addresses = ["10.0.0.0/8"] },
            new PolicyConditions { MaxSessionAge = TimeSpan.FromMinutes(1) },
            new PolicyConditions { Strengths = ["pwd"] },
        })
        {
            var set = Compile(Allow("a", PathPattern.Any), Deny("d", PathPattern.Any) with { Conditions = conditions });
            Assert.Equal(PolicyOutcome.Denied, set.Decide(Request("/")).Outcome);
        }
    }

    private static void Holds(PolicyConditions conditions, string now, bool expected)
    {
        var at = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);
        Assert.Equal(expected, Compile(Allow("a", PathPattern.Any) with { Conditions = conditions }).Decide(Request("/", now: at)).IsAllowed);
        Assert.Equal(!expected, Compile(Allow("a", PathPattern.Any), Deny("d", PathPattern.Any) with { Conditions = conditions }).Decide(Request("/", now: at)).IsAllowed);
    }
}
