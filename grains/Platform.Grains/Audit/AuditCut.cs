using System.Security.Cryptography;
using System.Text;

namespace Platform.Grains.Audit;

/// <summary>Until where the audit was removed because it was old.</summary>
/// <param name="Day">The first day (UTC) whose chains are kept.</param>
/// <param name="Signature">The signature of the cluster's key.</param>
internal sealed record AuditCut(string Day, byte[] Signature)
{
    /// <summary>Signs that everything before a day may be gone.</summary>
    internal static byte[] Sign(ECDsa key, string day) => key.SignData(SignedBytes(day), HashAlgorithmName.SHA256);

    /// <summary>Whether the cluster's key made the signature.</summary>
    internal bool IsSigned(ECDsa key) => key.VerifyData(SignedBytes(Day), Signature, HashAlgorithmName.SHA256);

    /// <summary>Whether a chain is of a day that may be gone.</summary>
    internal bool Covers(AuditChain chain) => string.CompareOrdinal(chain.Day, Day) < 0;

    private static byte[] SignedBytes(string day) => Encoding.UTF8.GetBytes($"platform.audit.cut/1\n{day}");
}
