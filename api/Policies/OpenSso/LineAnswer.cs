using System.Text;
using Platform.Api.Http;
using Platform.Api.Http.Wire;

namespace Platform.Api.Policies.OpenSso;

/// <summary>
/// OpenSSO's answers: plain text, line by line, each line ended by a bare line feed, since clients compare <c>boolean=true\n</c> with what they
/// get.
/// </summary>
internal sealed class LineAnswer
{
    private const string MediaType = "text/plain; charset=UTF-8";
    private readonly StringBuilder _text = new();

    /// <summary>Adds a line. What would begin another in it becomes a blank: nobody writes lines in the platform's name.</summary>
    public LineAnswer Line(string line)
    {
        foreach (var character in line)
        {
            _text.Append(char.IsControl(character) ? ' ' : character);
        }

        _text.Append('\n');
        return this;
    }

    /// <summary>Adds <c>name=value</c>.</summary>
    public LineAnswer Line(string name, string value) => Line($"{name}={value}");

    /// <summary>Sends what was added.</summary>
    public Task WriteAsync(HttpContext context, int status = StatusCodes.Status200OK) => Answer.WriteTextAsync(context, status, MediaType, _text.ToString());

    /// <summary>Sends an error of the identity services.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string exception, string message) =>
        new LineAnswer().Line("exception.name", $"com.sun.identity.idsvcs.{exception} {message}").WriteAsync(context, status);

    /// <summary>Sends a problem of the front, such as a database that does not answer, in the form that the endpoint's clients read.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem) => RefuseAsync(context, problem.Error.Status, "GeneralFailure", problem.Error.Title);
}

/// <summary>Says of an endpoint that its errors leave as <see cref="LineAnswer"/>s.</summary>
internal sealed record LineErrors;
