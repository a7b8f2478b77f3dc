// Each test starts processes of its own; side by side they would measure the machine and not the platform.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
