// One site serves all tests; side by side they would measure the machine and not the platform.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// The servers and clients that the tests start are Debian's.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
