using Platform.Api.OAuth.Logout;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;

namespace Platform.Api.Administration.Sessions;

/// <inheritdoc cref="ISessionTidying"/>
internal sealed class SessionTidying(IPlatformGrains grains, LogoutDelivery delivery) : ISessionTidying
{
    /// <inheritdoc/>
    public async Task EndAsync(SessionKey key)
    {
        await grains.Session(key).EndAsync();
        delivery.Hurry(key);
    }
}
