namespace Platform.Api.Http;

/// <summary>An entry of an error catalogue. Its code never changes; clients may rely on it.</summary>
/// <param name="Code">The stable name, lower-case words joined by <c>-</c>.</param>
/// <param name="Title">What it means, in words that do not depend on the request.</param>
/// <param name="Status">The HTTP status.</param>
internal sealed record ErrorCode(string Code, string Title, int Status);
