using System.Data.Common;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Api.Cluster;
using Platform.Api.Http;
using Platform.Api.Tests.Support;
using Platform.Storage;

namespace Platform.Api.Tests.Cluster;

public class StartTests
{
    [Theory]
    [InlineData("PublicUrl", "ftp://example.org")]
    [InlineData("PublicUrl", "https://example.org/path")]
    [InlineData("PublicUrl", "https://user@example.org")]
    [InlineData("PublicUrl", "example.org")]
    [InlineData("KnownProxies:0", "proxy.example.org")]
    [InlineData("Sessions:Realm", "a\"b")]
    [InlineData("Sessions:IdleTimeout", "00:00:00")]
    [InlineData("Sessions:Lifetime", "00:00:01")]
    [InlineData("Sessions:Limit", "0")]
    [InlineData("Sessions:AttributeBytes", "1000000")]
    public async Task Nonsense_in_the_settings_is_refused_at_start(string name, string value) =>
        await Assert.ThrowsAnyAsync<OptionsValidationException>(async () =>
        {
            await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { [name] = value }, filled: false);
        });

    [Theory]
    [InlineData("Production", false)]
    [InlineData("Development", true)]
    public void Outside_development_the_public_url_is_required(string environment, bool expected) =>
        Assert.Equal(expected, new FrontOptionsValidation(new Named(environment)).Validate(null, new FrontOptions()).Succeeded);

    [Fact]
    public async Task Ready_means_that_the_database_answers()
    {
        await using var node = await ApiNode.StartAsync(filled: false);

        await node.GetAsync("/health/live").TextAsync();
        await node.GetAsync("/health/ready").TextAsync();
        await using var broken = await ApiNode.StartAsync(
            adjust: services => services.AddSingleton(provider => new HealthEndpoints(new DeafDatabase(), provider.GetRequiredService<IHostApplicationLifetime>())), filled: false);
        await broken.GetAsync("/health/live").TextAsync();
        Assert.Equal("storage-unavailable", await broken.GetAsync("/health/ready").CodeAsync(HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task Only_known_proxies_are_believed_about_the_clients_address()
    {
        await using var unknown = await ApiNode.StartAsync();
        await using var known = await ApiNode.StartAsync(new Dictionary<string, string?> { ["KnownProxies:0"] = "127.0.0.0/8", ["KnownProxies:1"] = "192.0.2.1" });

        Assert.Equal("127.0.0.1", await AddressAsync(unknown, "203.0.113.7"));
        Assert.Equal("203.0.113.7", await AddressAsync(known, "198.51.100.1, 203.0.113.7, 192.0.2.1"));
    }

    private static async Task<string?> AddressAsync(ApiNode node, string forwarded)
    {
        var id = (await node.GetAsync("/Login", "Accept: application/json", "Authorization: " + Calls.Basic("alice"), "X-Forwarded-For: " + forwarded).JsonAsync()).GetProperty("jsessionid").GetString();
        return (await node.GetAsync("/sessions", "X-Session-Id: " + id).JsonAsync()).GetProperty("sessions")[0].GetProperty("address").GetString();
    }

    private sealed class DeafDatabase : IDatabase
    {
        public bool IsShared => false;

        public ValueTask<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken) => throw new StorageUnavailableException();

        public ValueTask<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken) => throw new StorageUnavailableException();

        public ValueTask ExclusivelyAsync(string name, Func<CancellationToken, Task> action, CancellationToken cancellationToken) => throw new StorageUnavailableException();

        public ValueTask PingAsync(CancellationToken cancellationToken) => throw new StorageUnavailableException();
    }

    private sealed class Named(string environment) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = environment;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
    }
}
