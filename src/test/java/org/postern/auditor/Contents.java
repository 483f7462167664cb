package org.postern.auditor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceKeyTransAuthEnvelopedRecipient;
import org.postern.pki.Providers;

/// Undoes what a gateway may do to a message: takes its own fields from the front, decrypts, and
/// puts the protected header back in its place. What is left has to be what the client sent.
final class Contents {
    /// Fields that a gateway may put before those of the author.
    private static final Set<String> OWN_FIELDS =
            Set.of("received", "authentication-results", "dkim-signature", "return-path");

    private static final String HP_PARAMETER = ";\r\n hp=\"cipher\"";

    private final PrivateKey partner;

    /// @param partner the key of the partner to whom mail is encrypted
    Contents(PrivateKey partner) {
        this.partner = partner;
    }

    /// @return the digest of the client's octets, or a sentence about why there is none
    String plain(String text) {
        int begin = text.indexOf("Message-ID: <t-");
        if (begin < 0) {
            return "it has no Message-ID of a client";
        }
        String unfolded = text.substring(0, begin).replaceAll("\r\n[ \t]+", " ");
        for (String field : unfolded.split("\r\n", -1)) {
            String name = field.split(":", 2)[0].toLowerCase(Locale.ROOT);
            if (!field.isEmpty() && !OWN_FIELDS.contains(name)) {
                return "it begins with a field that nobody asked for: " + name;
            }
        }
        return sha256(text.substring(begin));
    }

    /// The same for an encrypted message.
    String encrypted(String text) {
        String[] headerAndBody = text.split("\r\n\r\n", 2);
        if (headerAndBody.length < 2 || !headerAndBody[0].contains("authEnveloped-data")) {
            return "it is not encrypted";
        }
        try {
            byte[] cms = Base64.getMimeDecoder().decode(headerAndBody[1]);
            List<RecipientInformation> infos =
                    List.copyOf(new CMSAuthEnvelopedData(cms).getRecipientInfos().getRecipients());
            if (infos.size() != 1) {
                return "it is encrypted to %d keys".formatted(infos.size());
            }
            byte[] inner =
                    infos.getFirst()
                            .getContent(
                                    new JceKeyTransAuthEnvelopedRecipient(partner)
                                            .setProvider(Providers.BOUNCY_CASTLE));
            return restored(new String(inner, StandardCharsets.ISO_8859_1));
        } catch (CMSException | IllegalArgumentException e) {
            return "it cannot be decrypted: " + e.getClass().getSimpleName();
        }
    }

    /// RFC 9788: between the author's fields and the Content-Type stand those that say what the
    /// outside showed.
    private String restored(String inner) {
        int end = inner.indexOf("\r\n\r\n");
        int outer = inner.indexOf("\r\nHP-Outer:");
        int type = inner.indexOf("\r\nContent-Type:");
        if (outer < 0 || outer > type || type > end) {
            return "its protected header is not in order";
        }
        String header = inner.substring(0, outer) + inner.substring(type, end);
        return plain(header.replace(HP_PARAMETER, "") + inner.substring(end));
    }

    private static String sha256(String text) {
        try {
            byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
