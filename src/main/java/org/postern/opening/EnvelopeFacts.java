package org.postern.opening;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.postern.cms.CmsBody;
import org.postern.cms.CmsException;
import org.postern.cms.CmsSource;
import org.postern.cms.EnvelopedObject;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.opening.Layer.Recipient;

/// What anybody can see of an envelope without a key.
final class EnvelopeFacts {
    private EnvelopeFacts() {}

    static Layer of(Content entity, HeaderSection header, LayerVerdict verdict)
            throws IOException, MimeException {
        try (InputStream body = CmsBody.open(entity, header)) {
            return CmsSource.with(body, entity.size(), in -> of(EnvelopedObject.in(in), verdict));
        } catch (CmsException e) {
            return new Layer.Enveloped(false, "", List.of(), verdict);
        }
    }

    private static Layer of(EnvelopedObject object, LayerVerdict verdict) {
        List<Recipient> recipients = new ArrayList<>();
        object.recipients().forEach(info -> recipients.addAll(of(info)));
        return new Layer.Enveloped(
                object.isAuthenticated(),
                AlgorithmNames.of(object.algorithm()),
                recipients,
                verdict);
    }

    private static List<Recipient> of(RecipientInfo info) {
        return switch (info.getInfo()) {
            case KeyTransRecipientInfo transport ->
                    List.of(
                            new Recipient(
                                    name(transport.getRecipientIdentifier()),
                                    AlgorithmNames.of(transport.getKeyEncryptionAlgorithm())));
            case KeyAgreeRecipientInfo agreement -> {
                List<Recipient> recipients = new ArrayList<>();
                for (var each : agreement.getRecipientEncryptedKeys()) {
                    recipients.add(
                            new Recipient(
                                    name(RecipientEncryptedKey.getInstance(each).getIdentifier()),
                                    AlgorithmNames.of(agreement.getKeyEncryptionAlgorithm())));
                }
                yield recipients;
            }
            // RFC 5652 §6.2.3 to §6.2.5: keys and passwords that were agreed on elsewhere.
            default -> List.of(new Recipient("somebody of another kind", ""));
        };
    }

    private static String name(RecipientIdentifier identifier) {
        return identifier.isTagged()
                ? keyIdentifier(ASN1OctetString.getInstance(identifier.getId()))
                : name(IssuerAndSerialNumber.getInstance(identifier.getId()));
    }

    private static String name(KeyAgreeRecipientIdentifier identifier) {
        return identifier.getIssuerAndSerialNumber() == null
                ? keyIdentifier(identifier.getRKeyID().getSubjectKeyIdentifier())
                : name(identifier.getIssuerAndSerialNumber());
    }

    private static String name(IssuerAndSerialNumber named) {
        return "serial number %s of %s"
                .formatted(named.getSerialNumber().getValue().toString(16), named.getName());
    }

    private static String keyIdentifier(ASN1OctetString identifier) {
        return "key " + HexFormat.of().formatHex(identifier.getOctets());
    }
}
