// One node is shared by most tests, and some look at what it has logged.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
