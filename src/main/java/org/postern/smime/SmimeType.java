package org.postern.smime;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimePart;

/// What a message's header section says that its root entity is: RFC 8551 §3.2, §3.5.
///
/// A label is a claim that anybody can write above anything: nothing leaves, or counts as opened,
/// by it alone.
public sealed interface SmimeType {
    /// Neither enveloped nor signed, or not to be read without a doubt.
    record Plain() implements SmimeType {}

    /// Encrypted.
    ///
    /// @param authenticated AuthEnvelopedData; EnvelopedData otherwise
    record Enveloped(boolean authenticated) implements SmimeType {}

    /// Signed, the content inside the signature.
    record OpaqueSigned() implements SmimeType {}

    /// multipart/signed: the content stands before the signature.
    record ClearSigned() implements SmimeType {}

    /// Certificates without a content.
    record CertificatesOnly() implements SmimeType {}

    /// Compressed (RFC 3274).
    record Compressed() implements SmimeType {}

    /// pkcs7-mime without an smime-type that is known: it may be anything.
    record Unnamed() implements SmimeType {}

    /// What the header section claims.
    static SmimeType of(HeaderSection header) {
        List<HeaderField> fields = header.all("Content-Type");
        if (fields.size() != 1) {
            return new Plain();
        }
        try {
            ContentField type = ContentField.parse(fields.getFirst().body());
            return of(type.value(), type::parameter);
        } catch (MimeException e) {
            return new Plain();
        }
    }

    /// What a part of a message claims to be.
    static SmimeType of(MimePart part) {
        return of(part.type(), part::parameter);
    }

    private static SmimeType of(String type, UnaryOperator<String> parameter) {
        return switch (type) {
            case "application/pkcs7-mime", "application/x-pkcs7-mime" ->
                    switch (parameter.apply("smime-type").toLowerCase(Locale.ROOT)) {
                        case "enveloped-data" -> new Enveloped(false);
                        case "authenveloped-data" -> new Enveloped(true);
                        case "signed-data" -> new OpaqueSigned();
                        case "certs-only" -> new CertificatesOnly();
                        case "compressed-data" -> new Compressed();
                        default -> new Unnamed();
                    };
            // RFC 8551 §3.2.1: the ending tells where a gateway lost the type.
            case "application/octet-stream" ->
                    parameter.apply("name").toLowerCase(Locale.ROOT).endsWith(".p7m")
                            ? new Unnamed()
                            : new Plain();
            case "multipart/signed" ->
                    switch (parameter.apply("protocol").toLowerCase(Locale.ROOT)) {
                        case "application/pkcs7-signature", "application/x-pkcs7-signature" ->
                                new ClearSigned();
                        default -> new Plain();
                    };
            default -> new Plain();
        };
    }
}
