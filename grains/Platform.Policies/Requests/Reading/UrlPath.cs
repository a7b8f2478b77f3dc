using System.Collections.Immutable;
using Platform.Policies.Rules;

namespace Platform.Policies.Requests.Reading;

/// <summary>A path as it was read.</summary>
/// <param name="Text">What allow rules look at (<see cref="RequestUrl.Path"/>).</param>
/// <param name="Encoded">What it holds that only rules which take it may let through.</param>
/// <param name="OtherReadings">What deny rules look at besides.</param>
internal readonly record struct UrlPath(string Text, EncodingAllowance Encoded, ImmutableArray<string> OtherReadings);
