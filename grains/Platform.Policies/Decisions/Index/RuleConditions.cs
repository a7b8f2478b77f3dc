using System.Collections.Immutable;
using System.Net;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Policies.Decisions.Index;

/// <summary>Conditions, ready to be asked.</summary>
internal sealed class RuleConditions
{
    private readonly PolicyConditions _conditions;
    private readonly TimeZoneInfo _timeZone;
    private readonly ImmutableArray<IPNetwork> _networks;
    private readonly bool _holdsWhereUnknown;

    /// <summary>Reads valid conditions.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="holdsWhereUnknown">Whether what cannot be told holds.</param>
    public RuleConditions(PolicyConditions conditions, bool holdsWhereUnknown)
    {
        _conditions = conditions;
        _holdsWhereUnknown = holdsWhereUnknown;
        _timeZone = conditions.Hours is not { } hours ? TimeZoneInfo.Utc
            : TimeZoneInfo.TryFindSystemTimeZoneById(hours.TimeZone, out var zone) ? zone
            : throw new ArgumentException("not a time zone", nameof(conditions));
        _networks = [.. conditions.Addresses.Select(text => Network.TryParse(text, out var network) ? network : throw new ArgumentException("not a network", nameof(conditions)))];
    }

    /// <summary>Whether all of them hold.</summary>
    /// <param name="request">The request.</param>
    /// <param name="unmet">Takes what does not; null: nobody wants to know.</param>
    public bool Hold(in PolicyRequest request, List<Unmet>? unmet)
    {
        if (unmet is null)
        {
            return IsTime(request.Now) && IsAddress(request.Address) && IsRecent(request) && IsStrong(request.Subject);
        }

        var lacking = unmet.Count;
        Require(IsTime(request.Now), UnmetKind.Time, "a time that the rule is for", unmet);
        Require(IsAddress(request.Address), UnmetKind.Address, "an address in one of its networks", unmet);
        Require(IsRecent(request), UnmetKind.SessionAge, $"a login at most {_conditions.MaxSessionAge:c} ago", unmet);
        Require(IsStrong(request.Subject), UnmetKind.Strength, "a login by " + string.Join(" or ", _conditions.Strengths), unmet);
        return unmet.Count == lacking;
    }

    private static void Require(bool holds, UnmetKind kind, string text, List<Unmet> unmet)
    {
        if (!holds)
        {
            unmet.Add(new Unmet(kind, text));
        }
    }

    private bool IsRecent(in PolicyRequest request) =>
        _conditions.MaxSessionAge is not { } age
        || (request.Subject.AuthenticatedAt is { } at ? request.Now - at <= age : _holdsWhereUnknown);

    private bool IsStrong(IPolicySubject subject) =>
        _conditions.Strengths.IsEmpty
        || (subject.Strength is { } strength ? _conditions.Strengths.Contains(strength) : _holdsWhereUnknown);

    private bool IsTime(DateTimeOffset now)
    {
        if (now < _conditions.From || now >= _conditions.Until)
        {
            return false;
        }

        if (_conditions.Hours is null && _conditions.Days.IsEmpty)
        {
            return true;
        }

        var local = TimeZoneInfo.ConvertTime(now, _timeZone);
        var day = local.DayOfWeek;
        if (_conditions.Hours is { } hours)
        {
            var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
            var overnight = hours.Until <= hours.From;
            if (overnight ? time < hours.From && time >= hours.Until : time < hours.From || time >= hours.Until)
            {
                return false;
            }

            // The hours after midnight belong to the day on which they began.
            day = overnight && time < hours.From ? (DayOfWeek)(((int)day + 6) % 7) : day;
        }

        return _conditions.Days.IsEmpty || _conditions.Days.Contains(day);
    }

    private bool IsAddress(IPAddress? address)
    {
        if (_networks.IsEmpty)
        {
            return true;
        }

        if (address is null)
        {
            return _holdsWhereUnknown;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in _networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }
}
