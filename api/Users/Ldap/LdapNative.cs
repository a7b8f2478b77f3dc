using System.Runtime.InteropServices;

namespace Platform.Api.Users.Ldap;

/// <summary>
/// The time-outs of libldap. <c>LdapConnection.Timeout</c> bounds searches alone on Linux: a bind waits without end for a server
/// that accepted the connection and is silent. libldap's own settings do bound it, and every connection begins with the process's.
/// </summary>
internal static class LdapNative
{
    // <ldap.h>
    private const int OptionTimeout = 0x5002;
    private const int OptionNetworkTimeout = 0x5005;
    private const int OptionKeepAliveIdle = 0x6300;
    private const int OptionKeepAliveProbes = 0x6301;
    private const int OptionKeepAliveInterval = 0x6302;

    // The names under which System.DirectoryServices.Protocols looks for it, so that both mean the same library.
    private static readonly string[] Names = ["libldap.so.2", "libldap-2.6.so.0", "libldap-2.5.so.0", "libldap-2.4.so.2", "libldap.dylib"];

    private static readonly Lazy<nint> Library = new(Load);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SetOption(nint ldap, int option, nint value);

    /// <summary>Whether the library is there.</summary>
    public static bool IsAvailable => OperatingSystem.IsWindows() || Library.Value != 0;

    /// <summary>Sets the time-outs of every connection that is made from now on.</summary>
    public static void SetTimeouts(TimeSpan connect, TimeSpan operation)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var setOption = Marshal.GetDelegateForFunctionPointer<SetOption>(NativeLibrary.GetExport(Library.Value, "ldap_set_option"));
        SetTime(setOption, OptionNetworkTimeout, connect);
        SetTime(setOption, OptionTimeout, operation);

        // A TLS handshake heeds neither; a host that vanished in the midst of one is found by the kernel.
        SetNumber(setOption, OptionKeepAliveIdle, 15);
        SetNumber(setOption, OptionKeepAliveProbes, 3);
        SetNumber(setOption, OptionKeepAliveInterval, 5);
    }

    private static void SetTime(SetOption setOption, int option, TimeSpan time)
    {
        // struct timeval: two longs.
        var value = Marshal.AllocHGlobal(2 * nint.Size);
        try
        {
            Marshal.WriteIntPtr(value, (nint)(time.Ticks / TimeSpan.TicksPerSecond));
            Marshal.WriteIntPtr(value, nint.Size, (nint)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
            Check(setOption(0, option, value), option);
        }
        finally
        {
            Marshal.FreeHGlobal(value);
        }
    }

    private static void SetNumber(SetOption setOption, int option, int number)
    {
        var value = Marshal.AllocHGlobal(sizeof(int));
        try
        {
            Marshal.WriteInt32(value, number);
            Check(setOption(0, option, value), option);
        }
        finally
        {
            Marshal.FreeHGlobal(value);
        }
    }

    private static void Check(int result, int option)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"libldap refused its option 0x{option:x} ({result}).");
        }
    }

    private static nint Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return library;
            }
        }

        return 0;
    }
}
