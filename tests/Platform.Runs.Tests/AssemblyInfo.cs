// Each test starts processes of its own; side by side they would measure the machine and not the platform.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// The servers that the tests start are Debian's.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
