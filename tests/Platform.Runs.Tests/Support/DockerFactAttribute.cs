namespace Platform.Runs.Tests.Support;

/// <summary>A test that needs an engine of the machine's own, and is skipped where none is found.</summary>
public sealed class DockerFactAttribute : FactAttribute
{
    /// <summary>Looks for the engine.</summary>
    public DockerFactAttribute()
    {
        if (DockerSocket.Find() is null)
        {
            Skip = "There is no Docker here: DOCKER_HOST names no Unix socket, and there is no /var/run/docker.sock.";
        }
    }
}
