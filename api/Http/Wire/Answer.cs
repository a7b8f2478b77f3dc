using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Http.Wire;

/// <summary>How a document is written in each format.</summary>
/// <param name="Json">Writes it as JSON.</param>
/// <param name="Xml">Writes it as XML, declaration excluded.</param>
internal sealed record Document<T>(Action<Utf8JsonWriter, T> Json, Action<XmlText, T> Xml);

/// <summary>Writes documents. They are complete in memory before the first byte leaves, so that a failure still becomes an error.</summary>
internal static class Answer
{
    /// <summary>Buffers that grew beyond this are not kept.</summary>
    private const int KeptBytes = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>Answers 200 with a document in the format that the request accepts best; requests that accept none have been refused before.</summary>
    public static Task WriteAsync<T>(HttpContext context, Document<T> document, T value) =>
        WriteAsync(context, context.Format(), document, value);

    /// <summary>Answers 200 with a document, as XML or otherwise as JSON.</summary>
    public static Task WriteAsync<T>(HttpContext context, WireFormat format, Document<T> document, T value) =>
        format == WireFormat.Xml
            ? WriteXmlAsync(context, StatusCodes.Status200OK, context.XmlMediaType(), document.Xml, value)
            : WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", document.Json, value);

    /// <summary>Answers with JSON.</summary>
    public static Task WriteJsonAsync<T>(HttpContext context, int status, string mediaType, Action<Utf8JsonWriter, T> write, T value)
    {
        var buffer = RentBuffer();
        var json = _json ??= new Utf8JsonWriter(buffer);
        json.Reset(buffer);
        try
        {
            write(json, value);
            json.Flush();
            return Send(context, status, mediaType, buffer);
        }
        finally
        {
            ReturnBuffer(buffer);
        }
    }

    /// <summary>Answers with XML.</summary>
    public static Task WriteXmlAsync<T>(HttpContext context, int status, string mediaType, Action<XmlText, T> write, T value)
    {
        var buffer = RentBuffer();
        try
        {
            write(new XmlText(buffer).Declaration(), value);
            return Send(context, status, mediaType, buffer);
        }
        finally
        {
            ReturnBuffer(buffer);
        }
    }

    /// <summary>Answers with text, a page or a style sheet.</summary>
    public static Task WriteTextAsync(HttpContext context, int status, string mediaType, string text)
    {
        var buffer = RentBuffer();
        try
        {
            Encoding.UTF8.GetBytes(text.AsSpan(), buffer);
            return Send(context, status, mediaType, buffer);
        }
        finally
        {
            ReturnBuffer(buffer);
        }
    }

    private static Task Send(HttpContext context, int status, string mediaType, ArrayBufferWriter<byte> buffer)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            // The server flushes at the end of the request; all is copied before this method returns.
            response.BodyWriter.Write(buffer.WrittenSpan);
        }

        return Task.CompletedTask;
    }

    private static ArrayBufferWriter<byte> RentBuffer() => _buffer ??= new ArrayBufferWriter<byte>(4096);

    private static void ReturnBuffer(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity > KeptBytes)
        {
            _buffer = null;
            _json = null;
            return;
        }

        // The buffer held a session id, perhaps; nothing of it stays.
        buffer.Clear();
    }
}
