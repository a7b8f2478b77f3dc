using System.Globalization;

namespace Platform.Api.Http.Pages;

/// <summary>An error for people.</summary>
internal static class ErrorPage
{
    /// <summary>Answers with the error as a page.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var way = problem.Error.Status == StatusCodes.Status401Unauthorized
            ? Html.Of($"""<p><a class="button" href="{Links.To(context, "/login")}">Log in</a></p>""")
            : Html.Of($"""<p><a href="{Links.To(context, "/")}">Back to the start</a></p>""");
        return Page.WriteAsync(context, problem.Error.Status, problem.Error.Title.TrimEnd('.'), Html.Of($"""
            {Paragraph(problem.Detail)}
            {Paragraph(problem.Place)}
            {way}
            <p class="note">{problem.Error.Status.ToString(CultureInfo.InvariantCulture)} {problem.Error.Code}</p>
            """));
    }

    private static Html Paragraph(string? text) => text is null ? Html.Empty : Html.Of($"<p>{text}</p>");
}
