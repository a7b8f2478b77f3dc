namespace Platform.Api.Viewer;

/// <summary>The errors of the viewer.</summary>
internal static class ViewerErrors
{
    public static readonly ErrorCode NoViewer = new("no-viewer", "There is no client that the viewer could act as.", 404);
    public static readonly ErrorCode NoAccessToken = new("no-access-token", "This needs an access token. Log in.", 401);
}
