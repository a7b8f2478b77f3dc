using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;

namespace Platform.Storage.DataProtection;

/// <summary>
/// Takes only keys that were encrypted with the key-encryption key. The framework decrypts a key the way that its row says, a key in
/// clear included; who can write to the database would bring a key that they know, and whatever is encrypted or signed from then on
/// would be theirs. With a certificate this is no proof, since its public half encrypts too; with a key file it is.
/// </summary>
internal sealed class KeyRingGuard(IOptions<DataProtectionSettings> settings)
{
    private static readonly XName s_secret = XName.Get("encryptedSecret", "http://schemas.asp.net/2015/03/dataProtection");

    /// <summary>Refuses an element that is neither a revocation nor a key whose one secret is encrypted as it has to be.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public void Check(XElement element)
    {
        if (element.Name == "revocation")
        {
            return;
        }

        var decryptor = settings.Value.IsCertificate ? typeof(EncryptedXmlDecryptor) : typeof(KeyFileXmlDecryptor);
        var secrets = element.Descendants(s_secret).ToList();
        if (secrets is not [{ } secret]
            || !Names(secret.Attribute("decryptorType"), decryptor)
            || !element.Elements("descriptor").Attributes("deserializerType").All(type => Names(type, typeof(AuthenticatedEncryptorDescriptorDeserializer)))
            || element.Descendants("masterKey").Any())
        {
            throw new InvalidOperationException(
                $"The key ring in the database holds a key that was not encrypted with the key-encryption key of this node (DataProtection:KeyFile), {element.Attribute("id")?.Value}. Somebody may have planted it: find out who wrote it, then delete its row in key_ring.");
        }
    }

    /// <summary>Whether an assembly-qualified name is a type's, of whatever version.</summary>
    private static bool Names(XAttribute? name, Type type) =>
        name is not null && name.Value.StartsWith($"{type.FullName}, {type.Assembly.GetName().Name},", StringComparison.Ordinal);
}
