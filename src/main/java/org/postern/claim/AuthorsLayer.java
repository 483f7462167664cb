package org.postern.claim;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.postern.cms.NamedRecipient;
import org.postern.mail.Content;

/// The outer S/MIME layer of a message that leaves, if its author's program put one there. It
/// decides whether a message leaves without ours, so a doubt means that there is none.
public sealed interface AuthorsLayer {
    /// None that is proved.
    record None() implements AuthorsLayer {}

    /// A signature over this very content. Whose it is, and whether anybody trusts it, is for its
    /// reader to say.
    record Signed() implements AuthorsLayer {}

    /// Encrypted, and nothing stands beside the ciphertext.
    ///
    /// @param recipients all of a kind that names a certificate
    record Encrypted(List<RecipientInfo> recipients) implements AuthorsLayer {
        public Encrypted {
            recipients = List.copyOf(recipients);
        }

        /// Whether the owner of a certificate is one of those who can open it.
        public boolean isFor(X509Certificate certificate) {
            try {
                NamedRecipient owner = NamedRecipient.of(certificate);
                return recipients.stream().anyMatch(owner::isNamedIn);
            } catch (RuntimeException e) {
                // The library reads a recipient's name when it is asked for, and answers hostile
                // octets with unchecked exceptions of many kinds.
                return false;
            }
        }
    }

    /// Reads a message to its end, with bounded memory. One without an S/MIME label costs nothing.
    ///
    /// @throws IOException if the message itself cannot be read
    static AuthorsLayer of(Content message) throws IOException {
        return LayerProof.of(message);
    }
}
