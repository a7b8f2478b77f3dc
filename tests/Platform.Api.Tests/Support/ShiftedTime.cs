namespace Platform.Api.Tests.Support;

/// <summary>The system's time, moved by the test; timers are the system's.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _offset;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Read(ref _offset) / TimeSpan.TicksPerSecond * TimestampFrequency);
}
