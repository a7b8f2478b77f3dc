using Platform.Api.Sessions;

namespace Platform.Api.Policies.OpenSso;

/// <summary>Who may do what OpenSSO lets its administrators do.</summary>
internal static class OpenSsoManagers
{
    /// <summary>Whether the caller manages an infrastructure.</summary>
    public static bool Includes(Caller caller) =>
        caller.Live.Access.Scopes.ByName.Any(scope => scope.Path.Parent is null && caller.Live.Access.Manages(scope.Path));
}
