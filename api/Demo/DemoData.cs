using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Platform.Api.Policies.Files;
using Platform.Api.Policies.Sets;
using Platform.Api.Policies.Subjects;
using Platform.Api.Scopes.Import;
using Platform.Api.Users;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Runs;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Grains.Users;
using Platform.Policies.Rules;

namespace Platform.Api.Demo;

/// <summary>Fills the demo's store where it is new, before the server listens, and says then how to try it.</summary>
internal sealed class DemoData(
    LocalUsers users,
    ScopeImporter importer,
    ScopeExporter exporter,
    PolicyStore policies,
    PolicyGroups groups,
    RunSettingsAdministration runs,
    IPlatformGrains grains,
    IServer server,
    IHostApplicationLifetime lifetime) : IHostedService
{
    /// <summary>The infrastructure.</summary>
    internal const string Root = "/d4science.research-infrastructures.eu";

    /// <summary>The document that everyone reads, and a token changes.</summary>
    internal const string Resource = "resource_1";

    /// <summary>The image that members of the demo's scopes may run; deploy/runs/busybox-image makes it.</summary>
    internal const string Image = "localhost/busybox:latest";

    /// <summary>The service that the demo's nginx protects.</summary>
    internal static readonly ServiceName ProtectedService = new("wiki");

    private const string Actor = "console:demo";

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Announce);

        // The scopes come with one import and last, so where they are there everything is: what was changed since stays.
        var existing = await exporter.ExportAsync(cancellationToken);
        if (existing.Scopes.Count > 0)
        {
            return;
        }

        foreach (var (name, displayName) in new[] { ("alice", "Alice Demo"), ("bob", "Bob Demo"), ("carol", "Carol Demo"), ("admin", "Admin Demo") })
        {
            var result = await users.AddAsync(name, displayName, $"{name}@demo.example", $"demo-{name}-password", admin: false, Actor, cancellationToken);
            if (result.Refusal is { Code: not "name-taken" } refusal)
            {
                throw new InvalidOperationException($"The demo's user {name} could not be made: {refusal.Message}");
            }
        }

        await grains.Resource(new ResourceKey(new ScopePath(Root), new ResourcePath(Resource))).PutAsync(
            new ResourceChange("demo", """{"species": "Thunnus thynnus", "count": 1}""", ResourceVisibility.Public, null, UserKey.Parse(Actor), null), ChangeCondition.Absent);
        await policies.ReplaceAsync(ProtectedService, ReadPolicies(groups), ChangeCondition.Absent, new PolicyAuthor(Actor, "", null, null));
        var outcome = await importer.ImportAsync(ReadImport(), new ImportOptions(Actor), cancellationToken);
        if (outcome.Problems.Count > 0)
        {
            throw new InvalidOperationException($"The demo's scopes could not be imported: {outcome.Problems[0]}");
        }

        var settings = await runs.ChangeAsync(
            AdministrationActor.Operator("demo"), new ScopePath(Root), new RunSettingsChange { Images = new([Image]), ForMembers = new(true) }, null, cancellationToken);
        if (!settings.IsDone)
        {
            throw new InvalidOperationException($"What runs in the demo could not be set: {settings.Refusal.Message}");
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The hierarchy as D4Science has it, with the visibilities, clients and memberships of the demo.</summary>
    internal static ScopeImport ReadImport()
    {
        var hierarchy = Read("d4science-infrastructure.json", ScopeFileFormat.Json);
        var additions = Read("demo.yaml", ScopeFileFormat.Yaml);
        var added = additions.Scopes.ToDictionary(scope => scope.Path);
        return new ScopeImport(
            [.. hierarchy.Scopes.Select(scope => scope with
            {
                Visibility = added.GetValueOrDefault(scope.Path)?.Visibility ?? new Given<ScopeVisibility>(ScopeVisibility.Public),
                Anonymous = added.GetValueOrDefault(scope.Path)?.Anonymous,
            })],
            additions.Memberships) { Clients = additions.Clients };
    }

    /// <summary>The rules of the protected service.</summary>
    internal static PolicySet ReadPolicies(PolicyGroups groups)
    {
        var file = PolicyFile.Read(Content("wiki-policies.yaml"), ScopeFileFormat.Yaml, ProtectedService, groups);
        return file.Errors.Count == 0 ? file.Set : throw new InvalidOperationException($"The demo's policies: {file.Errors[0]}");
    }

    private static byte[] Content(string name)
    {
        using var stream = typeof(DemoData).Assembly.GetManifestResourceStream($"Platform.Api.Demo.{name}")
            ?? throw new InvalidOperationException($"The demo's file {name} is not in the assembly.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static ScopeImport Read(string name, ScopeFileFormat format)
    {
        var file = ScopeFile.Read(Content(name), format);
        return file.Problems.Count == 0 ? file.Content : throw new InvalidOperationException($"The demo's file {name}: {file.Problems[0]}");
    }

    private void Announce()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? DemoSettings.DefaultAddress;
        System.Console.Out.Write(DemoGuide.Write(address.TrimEnd('/')));
    }
}
