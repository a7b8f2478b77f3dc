using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Platform.Api.Users.Ldap;

/// <summary>
/// A private folder with the certificates of a CA file. Of a connection's own trust settings only a folder can be reached;
/// libldap over GnuTLS reads every file in it, over OpenSSL those that are named after the hash of the subject.
/// </summary>
internal sealed class LdapTrust : IDisposable
{
    private LdapTrust(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Reads the certificates of a PEM file.</summary>
    /// <exception cref="CryptographicException">There is none, or one that cannot be read.</exception>
    public static X509Certificate2Collection Read(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("There is no certificate in it.");
    }

    /// <summary>Makes the folder.</summary>
    public static LdapTrust Create(string caFile)
    {
        var folder = Directory.CreateTempSubdirectory("platform-ldap-").FullName;
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var certificate in Read(caFile))
        {
            using (certificate)
            {
                var hash = SubjectHash(certificate);
                var number = used.GetValueOrDefault(hash);
                used[hash] = number + 1;
                File.WriteAllText(Path.Combine(folder, $"{hash}.{number}"), certificate.ExportCertificatePem());
            }
        }

        return new LdapTrust(folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>
    /// OpenSSL's X509_NAME_hash: the first four bytes, read little-endian, of the SHA-1 of the subject's names in their canonical
    /// form: UTF-8, lower-case ASCII, spaces trimmed and joined.
    /// </summary>
    internal static string SubjectHash(X509Certificate2 certificate)
    {
        var canonical = new MemoryStream();
        var names = new AsnReader(certificate.SubjectName.RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            var set = names.ReadSetOf();
            using (writer.PushSetOf())
            {
                while (set.HasData)
                {
                    WriteCanonical(set.ReadSequence(), writer);
                }
            }

            canonical.Write(writer.Encode());
        }

#pragma warning disable CA5350 // The name of a file, as OpenSSL fixed it; nothing is secured by it.
        var hash = SHA1.HashData(canonical.ToArray());
#pragma warning restore CA5350
        return Convert.ToHexStringLower([hash[3], hash[2], hash[1], hash[0]]);
    }

    private static void WriteCanonical(AsnReader attribute, AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(attribute.ReadObjectIdentifier());
            var tag = (UniversalTagNumber)attribute.PeekTag().TagValue;
            if (tag is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
                or UniversalTagNumber.T61String or UniversalTagNumber.BMPString or UniversalTagNumber.VisibleString)
            {
                var words = attribute.ReadCharacterString(tag).Split([' ', '\t', '\n', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries);
                var text = new StringBuilder(string.Join(' ', words));
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = char.IsAscii(text[i]) ? char.ToLowerInvariant(text[i]) : text[i];
                }

                writer.WriteCharacterString(UniversalTagNumber.UTF8String, text.ToString());
            }
            else
            {
                writer.WriteEncodedValue(attribute.ReadEncodedValue().Span);
            }
        }
    }
}
