using Platform.Api.Console.Control;
using Platform.Api.Demo;

namespace Platform.Api.Console;

/// <summary>Adds to the server what the command line brings.</summary>
internal static class ConsoleRegistration
{
    /// <summary>Adds the settings of the command line, the control socket, and in the demo its data. To be called before options are bound.</summary>
    internal static WebApplicationBuilder AddConsole(this WebApplicationBuilder builder, ServerStart start)
    {
        builder.Configuration.AddInMemoryCollection(start.Settings);
        if (start.Demo)
        {
            builder.Services.AddHostedService<DemoData>();
        }

        builder.Services.AddHostedService<ControlServer>();
        return builder;
    }
}
