using Platform.Grains.Resources;

namespace Platform.Api.Resources;

/// <summary>The words on the wire for what the code has types for.</summary>
internal static class ResourceTerms
{
    public static string Of(ResourceVisibility visibility) => visibility switch
    {
        ResourceVisibility.Public => "public",
        ResourceVisibility.Members => "members",
        _ => "managers",
    };

    public static ResourceVisibility? FindVisibility(string text) => text switch
    {
        "public" => ResourceVisibility.Public,
        "members" => ResourceVisibility.Members,
        "managers" => ResourceVisibility.Managers,
        _ => null,
    };
}
