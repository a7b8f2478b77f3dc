using System.Globalization;
using Platform.Api.Http;
using Platform.Api.Sessions;
using Platform.Grains.Resources;

namespace Platform.Api.Resources;

/// <summary>What stands beside a document, as headers of the requests that store it and of the answers that carry it.</summary>
internal static class ResourceHeaders
{
    /// <summary>Who reads it: <c>public</c>, <c>members</c> or <c>managers</c>.</summary>
    public const string Visibility = "Resource-Visibility";

    /// <summary>How many seconds ago those who read or change it may have logged in; <c>none</c>: it does not matter.</summary>
    public const string MaxAuthenticationAge = "Resource-Max-Authentication-Age";

    /// <summary>Where it is placed: the scope of the answer's caller, or one above.</summary>
    public const string Scope = "Resource-Scope";

    /// <summary>The run that changed it last, where one did; said to those of the scope.</summary>
    public const string Run = "Resource-Run";

    private const string None = "none";
    private const int LongestAge = 31_536_000;

    /// <summary>What a request wants to stand beside its document, or what is wrong with that.</summary>
    public static (ResourceVisibility? Visibility, AuthenticationAge? Age, Problem? Refusal) Read(IHeaderDictionary headers)
    {
        ResourceVisibility? visibility = null;
        if (headers.TryGetValue(Visibility, out var visibilities))
        {
            visibility = visibilities is [{ } one] ? ResourceTerms.FindVisibility(one) : null;
            if (visibility is null)
            {
                return (null, null, new Problem(ResourceErrors.MalformedVisibility, Place: $"header {Visibility}"));
            }
        }

        AuthenticationAge? age = null;
        if (headers.TryGetValue(MaxAuthenticationAge, out var ages))
        {
            age = ages switch
            {
                [None] => new AuthenticationAge(null),
                [{ } one] when int.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= LongestAge =>
                    new AuthenticationAge(TimeSpan.FromSeconds(seconds)),
                _ => null,
            };
            if (age is null)
            {
                return (null, null, new Problem(ResourceErrors.MalformedAge, Place: $"header {MaxAuthenticationAge}"));
            }
        }

        return (visibility, age, null);
    }

    /// <summary>Says what stands beside the document that is answered with or about.</summary>
    public static void Write(IHeaderDictionary headers, ResourceView view, ResourceSnapshot resource)
    {
        headers.ETag = EntityTags.Quote(resource.Tag);
        headers.LastModified = resource.ChangedAt.ToString("R", CultureInfo.InvariantCulture);
        headers[Visibility] = ResourceTerms.Of(resource.Visibility);
        headers[Scope] = resource.Key.Scope.Value;
        if (view.Insider is not null && resource.ChangedByRun is { } run)
        {
            headers[Run] = run.Value;
        }

        if (resource.MaxAuthenticationAge is { } age)
        {
            headers[MaxAuthenticationAge] = Seconds(age);
        }
    }

    /// <summary>Whole seconds.</summary>
    public static string Seconds(TimeSpan age) => ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
