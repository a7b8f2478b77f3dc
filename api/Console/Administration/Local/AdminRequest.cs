namespace Platform.Api.Console.Administration.Local;

/// <summary>A request of the administration's endpoints, as the control socket carries it.</summary>
/// <param name="Actor">Who sends it: <c>console:name</c>.</param>
/// <param name="Call">The request.</param>
internal sealed record AdminRequest(string Actor, AdminCall Call) : ConsoleRequest(Actor)
{
    /// <summary>Without the body.</summary>
    public override string ToString() => Call.ToString();
}

/// <summary>A piece of the answer to an <see cref="AdminRequest"/>; the first has the status.</summary>
internal sealed record AdminAnswerPiece(int? Status = null, string? ContentType = null, string? ETag = null, byte[]? Body = null);
