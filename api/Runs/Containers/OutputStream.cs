using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Platform.Api.Runs.Containers;

/// <summary>
/// Reads the output of a container as engines send it where there is no terminal: frames of a byte for the stream, three zeros, the length in four
/// bytes, big-endian, and then a time, a blank and what was written.
/// </summary>
internal static class OutputStream
{
    private const int Header = 8;
    private const byte StandardError = 2;

    /// <summary>What an engine says itself, without a time; it is no output.</summary>
    private const byte OfEngine = 3;

    /// <summary>Longer than any engine's: a line comes in pieces of 8 or 16 KiB.</summary>
    private const int LongestFrame = 4 * 1024 * 1024;

    /// <summary>The pieces, until the stream ends.</summary>
    /// <exception cref="ContainerEngineUnavailableException">The engine went away, or what came is no such stream.</exception>
    public static async IAsyncEnumerable<ContainerOutput> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var header = new byte[Header];
        while (true)
        {
            byte[] frame;
            try
            {
                if (await stream.ReadAtLeastAsync(header, Header, throwOnEndOfStream: false, cancellationToken) < Header)
                {
                    yield break;
                }

                var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
                if (header[0] > OfEngine || length > LongestFrame)
                {
                    throw new InvalidDataException("The container engine sent no frames of output.");
                }

                frame = new byte[length];
                await stream.ReadExactlyAsync(frame, cancellationToken);
            }
            catch (Exception failure) when (failure is InvalidDataException || EngineConnection.IsUnavailable(failure, cancellationToken))
            {
                throw new ContainerEngineUnavailableException("The container engine broke off the output of a container.", failure);
            }

            var blank = Array.IndexOf(frame, (byte)' ');
            if (header[0] != OfEngine && blank > 0 && EngineTime.TryParse(Encoding.ASCII.GetString(frame, 0, blank), out var at))
            {
                yield return new ContainerOutput(at, header[0] == StandardError, frame.AsMemory(blank + 1));
            }
        }
    }
}
