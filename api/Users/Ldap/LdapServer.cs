using System.Diagnostics.CodeAnalysis;

namespace Platform.Api.Users.Ldap;

/// <summary>One server of a directory, and how it fares.</summary>
internal sealed class LdapServer
{
    private long _failedAt = long.MinValue;
    private int _stuck;

    private LdapServer(string host, int port, bool isTls)
    {
        Host = host;
        Port = port;
        IsTls = isTls;
    }

    /// <summary>The host's name or address.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Whether it speaks TLS from the first byte.</summary>
    public bool IsTls { get; }

    /// <summary>Whether an operation has not come back from it, long after its time was over.</summary>
    public bool IsStuck => Volatile.Read(ref _stuck) > 0;

    /// <summary>Takes <c>ldap://HOST[:PORT]</c> or <c>ldaps://HOST[:PORT]</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LdapServer? server)
    {
        server = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("ldap" or "ldaps")
            || uri.Host.Length == 0
            || uri.UserInfo.Length > 0
            || uri.PathAndQuery is not ("" or "/"))
        {
            return false;
        }

        var isTls = uri.Scheme == "ldaps";
        var port = uri.Port > 0 ? uri.Port : isTls ? 636 : 389;
        server = new LdapServer(uri.Host, port, isTls);
        return true;
    }

    /// <summary>It did not answer.</summary>
    public void MarkFailed(TimeProvider time) => Volatile.Write(ref _failedAt, time.GetTimestamp());

    /// <summary>It answered.</summary>
    public void MarkWell() => Volatile.Write(ref _failedAt, long.MinValue);

    /// <summary>Whether it failed less than this time ago.</summary>
    public bool FailedWithin(TimeSpan span, TimeProvider time) =>
        Volatile.Read(ref _failedAt) is var failedAt && failedAt != long.MinValue && time.GetElapsedTime(failedAt) < span;

    /// <summary>An operation has not come back.</summary>
    public void Stick() => Interlocked.Increment(ref _stuck);

    /// <summary>It came back after all.</summary>
    public void Unstick() => Interlocked.Decrement(ref _stuck);

    /// <inheritdoc/>
    public override string ToString() => $"{(IsTls ? "ldaps" : "ldap")}://{Host}:{Port}";
}
