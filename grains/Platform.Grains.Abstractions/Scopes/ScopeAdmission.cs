namespace Platform.Grains.Scopes;

/// <summary>How people become members of a scope (contracts/gcube-http.md, "Scopes").</summary>
[Alias("platform.ScopeAdmission")]
public enum ScopeAdmission
{
    /// <summary>They ask, and a manager accepts or rejects.</summary>
    Restricted,

    /// <summary>They join freely.</summary>
    Open,

    /// <summary>They are invited.</summary>
    Private,
}
