// The programming model's names on Microsoft Orleans. No other file knows which engine it runs on.
global using Orleans;
global using Orleans.Concurrency;
global using Orleans.Runtime;
global using Orleans.Storage;
global using Orleans.Timers;
