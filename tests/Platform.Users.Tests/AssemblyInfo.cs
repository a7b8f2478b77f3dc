// The servers that the tests start are Debian's.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
