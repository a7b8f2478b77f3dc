using Platform.Api.Http.Access;
using Platform.Api.OAuth;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;

namespace Platform.Api.Resources;

/// <summary>What a request sees of documents: in which scope it looks, and as whom.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Insider">Who looks, where they belong to the scope; null: anybody.</param>
/// <param name="Named">Whether the request named the scope, since neither session nor token did.</param>
internal sealed record ResourceView(ScopeSnapshot Scope, Principal? Insider, bool Named)
{
    /// <summary>Who changes what only managers may.</summary>
    public bool IsManager => Insider?.Access.Manages(Scope.Path) ?? false;

    /// <summary>
    /// Whether the view shows a document. Members' documents are for those of the scope that is looked from, wherever above it they are
    /// placed; managers' documents for those who manage the scope that they are placed in.
    /// </summary>
    public bool Shows(ResourceSnapshot resource) =>
        resource.Visibility == ResourceVisibility.Public || (Insider is { } insider && insider.Allows(OAuthScopes.Read) && ShowsToWriter(resource));

    /// <summary>Whether whoever looks may know of a document that they change; a token for <c>write</c> alone shows none.</summary>
    public bool ShowsToWriter(ResourceSnapshot resource) => resource.Visibility switch
    {
        ResourceVisibility.Public => true,
        ResourceVisibility.Members => Insider is not null,
        _ => Insider?.Access.Manages(resource.Key.Scope) ?? false,
    };

    /// <summary>Whether whoever looks logged in too long ago for a document that asks for a login.</summary>
    public bool IsStaleFor(ResourceSnapshot resource, DateTimeOffset now) =>
        resource.MaxAuthenticationAge is { } age && !(Insider?.AuthenticatedAt + age >= now);
}
