namespace Platform.Policies.Rules;

/// <summary>The one JSON form of a policy set: what is stored, and what <c>GET /policies/{service}</c> answers. Defaults are left out.</summary>
public static class PolicyJson
{
    /// <summary>Writes a set.</summary>
    public static string Write(PolicySet set) => throw new NotImplementedException();

    /// <summary>Reads what <see cref="Write"/> wrote, of this version or an older one.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PolicySet Read(string json) => throw new NotImplementedException();
}
