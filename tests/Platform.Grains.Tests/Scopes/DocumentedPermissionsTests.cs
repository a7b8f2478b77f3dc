using Platform.Grains.Scopes;

namespace Platform.Grains.Tests.Scopes;

/// <summary>The table of permissions in docs/administration.md says what <see cref="RolePermissions"/> does.</summary>
public sealed class DocumentedPermissionsTests
{
    [Fact]
    public void Documentation_HasEveryPermission_WithTheRolesThatGiveIt()
    {
        var rows = File.ReadAllLines(Path.Combine(RepositoryRoot(), "docs", "administration.md"))
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToList();
        var roles = rows[0][2..];
        Assert.Equal(Roles.All.Values.Order(StringComparer.Ordinal), roles.Order(StringComparer.Ordinal));
        var documented = rows[2..].TakeWhile(row => row.Length == rows[0].Length).ToDictionary(row => row[0], row => row[2..]);
        Assert.Equal(Enum.GetNames<Permission>(), documented.Keys);
        foreach (var permission in Enum.GetValues<Permission>())
        {
            Assert.Equal(
                roles.Where(role => RolePermissions.Allows(role, permission)),
                roles.Zip(documented[permission.ToString()]).Where(cell => cell.Second == "yes").Select(cell => cell.First));
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run below the repository.");
        }

        return folder.FullName;
    }
}
