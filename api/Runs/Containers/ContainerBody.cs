using System.Buffers;
using System.Text.Json;

namespace Platform.Api.Runs.Containers;

/// <summary>A container to make, as <c>POST /containers/create</c> takes it.</summary>
internal static class ContainerBody
{
    /// <summary>The JSON.</summary>
    public static byte[] Of(ContainerSpec spec)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("Image"u8, spec.Image);
            if (spec.Command.Count > 0)
            {
                WriteTexts(json, "Cmd", spec.Command);
            }

            WriteTexts(json, "Env", spec.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
            json.WriteStartObject("Labels"u8);
            foreach (var (name, value) in spec.Labels)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();

            // Whatever the image says, its process is nobody in particular on the machine.
            json.WriteString("User"u8, spec.User);
            WriteHost(json, spec);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteHost(Utf8JsonWriter json, ContainerSpec spec)
    {
        json.WriteStartObject("HostConfig"u8);
        json.WriteString("NetworkMode"u8, spec.Network);
        json.WriteBoolean("ReadonlyRootfs"u8, true);
        WriteTexts(json, "CapDrop", ["ALL"]);
        WriteTexts(json, "SecurityOpt", ["no-new-privileges"]);
        json.WriteNumber("Memory"u8, spec.MemoryBytes);
        json.WriteNumber("MemorySwap"u8, spec.MemoryBytes);
        json.WriteNumber("NanoCpus"u8, (long)(spec.Cpus * 1_000_000_000));
        json.WriteNumber("PidsLimit"u8, spec.Pids);

        // What it writes is in memory, and counts against its memory limit: volumes of the image would be on the machine's disk, without any.
        var scratch = FormattableString.Invariant($"rw,exec,nosuid,nodev,size={spec.ScratchBytes},mode=1777");
        json.WriteStartObject("Tmpfs"u8);
        foreach (var folder in spec.Scratch)
        {
            json.WriteString(folder, scratch);
        }

        json.WriteEndObject();
        json.WriteStartArray("Mounts"u8);
        json.WriteStartObject();
        json.WriteString("Type"u8, "bind"u8);
        json.WriteString("Source"u8, spec.Folder);
        json.WriteString("Target"u8, spec.MountPoint);
        json.WriteBoolean("ReadOnly"u8, true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("LogConfig"u8);
        json.WriteString("Type"u8, "json-file"u8);
        json.WriteStartObject("Config"u8);
        json.WriteString("max-size"u8, FormattableString.Invariant($"{spec.OutputBytes}b"));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteBoolean("AutoRemove"u8, false);
        json.WriteStartObject("RestartPolicy"u8);
        json.WriteString("Name"u8, "no"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
