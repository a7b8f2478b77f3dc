using System.Text.Json;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.Policies.OpenSso;
using Platform.Api.Scim;

namespace Platform.Api.Http;

/// <summary>An error as it leaves (RFC 9457).</summary>
/// <param name="Error">Its entry in the catalogue.</param>
/// <param name="Detail">What happened this time, in words; null: nothing to add. Never a secret, never what the client sent as one.</param>
/// <param name="Place">What is at fault, for instance <c>form field password</c>; null: nothing in particular.</param>
internal sealed record Problem(ErrorCode Error, string? Detail = null, string? Place = null)
{
    /// <summary>All that is wrong with a file, each with its place; empty where the error is of no file.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];
}

/// <summary>Something wrong in a file that a request carries.</summary>
/// <param name="Path">The way to it, for instance <c>rules[3].path</c>; empty: the whole.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
/// <param name="Message">What is wrong, in words.</param>
internal sealed record Fault(string Path, int Line, int Column, string Message)
{
    /// <summary>Writes a list of them.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<Fault> faults)
    {
        json.WriteStartArray();
        foreach (var fault in faults)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, fault.Path);
            json.WriteNumber("line"u8, fault.Line);
            json.WriteNumber("column"u8, fault.Column);
            json.WriteString("message"u8, fault.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>The one way out for errors: problem+json, problem+xml or a page, as <c>Accept</c> asks.</summary>
internal static class Problems
{
    private const string TypePrefix = "urn:problem-type:platform:";

    /// <summary>Answers with an error. Headers that are set already stay.</summary>
    public static Task WriteAsync(HttpContext context, ErrorCode error, string? detail = null, string? place = null) =>
        WriteAsync(context, new Problem(error, detail, place));

    /// <summary>Answers with an error. Headers that are set already stay.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        if (OAuthError.IsSpokenAt(context.Request.Path))
        {
            return OAuthError.Of(problem).WriteAsync(context);
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<LineErrors>() is not null)
        {
            return LineAnswer.WriteAsync(context, problem);
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<ScimErrors>() is not null)
        {
            return ScimAnswer.RefuseAsync(context, problem);
        }

        if (problem.Error.Status == StatusCodes.Status401Unauthorized && context.Response.Headers.WWWAuthenticate.Count == 0)
        {
            // RFC 9110 §11.6.1 wants a challenge. This one names the way in without making a browser ask for a BASIC password.
            context.Response.Headers.WWWAuthenticate = "Session login=\"/Login\"";
        }

        return context.ErrorFormat() switch
        {
            WireFormat.Html => ErrorPage.WriteAsync(context, problem),
            WireFormat.Xml => Answer.WriteXmlAsync(context, problem.Error.Status, "application/problem+xml; charset=utf-8", WriteXml, problem),
            _ => Answer.WriteJsonAsync(context, problem.Error.Status, "application/problem+json", WriteJson, problem),
        };
    }

    private static void WriteJson(Utf8JsonWriter json, Problem problem)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, TypePrefix + problem.Error.Code);
        json.WriteString("title"u8, problem.Error.Title);
        json.WriteNumber("status"u8, problem.Error.Status);
        if (problem.Detail is { } detail)
        {
            json.WriteString("detail"u8, detail);
        }

        json.WriteString("code"u8, problem.Error.Code);
        if (problem.Place is { } place)
        {
            json.WriteString("place"u8, place);
        }

        if (problem.Faults.Count > 0)
        {
            json.WritePropertyName("faults"u8);
            Fault.Write(json, problem.Faults);
        }

        json.WriteEndObject();
    }

    /// <summary>RFC 9457 appendix B: the namespace is still that of RFC 7807.</summary>
    private static void WriteXml(XmlText xml, Problem problem)
    {
        xml.Raw("<problem xmlns=\"urn:ietf:rfc:7807\">"u8)
            .Element("type", TypePrefix + problem.Error.Code)
            .Element("title", problem.Error.Title)
            .Element("status", problem.Error.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (problem.Detail is { } detail)
        {
            xml.Element("detail", detail);
        }

        xml.Element("code", problem.Error.Code);
        if (problem.Place is { } place)
        {
            xml.Element("place", place);
        }

        foreach (var fault in problem.Faults)
        {
            xml.Raw("<fault>"u8)
                .Element("path", fault.Path)
                .Element("line", fault.Line.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Element("column", fault.Column.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Element("message", fault.Message)
                .Raw("</fault>"u8);
        }

        xml.Raw("</problem>"u8);
    }
}
