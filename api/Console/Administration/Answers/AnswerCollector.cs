using System.Text;

namespace Platform.Api.Console.Administration.Answers;

/// <summary>Gathers an answer that comes in pieces; lines of <c>application/x-ndjson</c> are handed on as they come, and the last one stays.</summary>
internal sealed class AnswerCollector(Func<string, Task>? progress)
{
    /// <summary>The media type of answers that come line by line.</summary>
    public const string Lines = "application/x-ndjson";

    private readonly MemoryStream _body = new();
    private int _status;
    private string? _contentType;
    private string? _etag;
    private bool _byLine;

    /// <summary>The answer has begun.</summary>
    public void Begin(int status, string? contentType, string? etag)
    {
        (_status, _contentType, _etag) = (status, contentType, etag);
        _byLine = progress is not null && contentType?.StartsWith(Lines, StringComparison.Ordinal) == true;
    }

    /// <summary>A piece of the body.</summary>
    public async Task AddAsync(ReadOnlyMemory<byte> piece)
    {
        if (!_byLine)
        {
            _body.Write(piece.Span);
            return;
        }

        for (var end = piece.Span.IndexOf((byte)'\n'); end >= 0; end = piece.Span.IndexOf((byte)'\n'))
        {
            _body.Write(piece.Span[..end]);
            await progress!(Encoding.UTF8.GetString(_body.GetBuffer(), 0, (int)_body.Length));
            _body.SetLength(0);
            piece = piece[(end + 1)..];
        }

        _body.Write(piece.Span);
    }

    /// <summary>The answer, where it has begun.</summary>
    public AdminAnswer? End() => _status == 0 ? null : new AdminAnswer(_status, _contentType, _etag, _body.ToArray());
}
