package org.postern.opening;

import java.util.List;
import org.postern.opening.LayerVerdict.Envelope;
import org.postern.opening.LayerVerdict.Wrapping;

/// One layer of a message: RFC 8551 §3. The next one lies inside it.
public sealed interface Layer {
    LayerVerdict verdict();

    /// @param form how content and signature stand to one another
    record Signed(Form form, List<Signer> signers, LayerVerdict verdict) implements Layer {
        public Signed {
            signers = List.copyOf(signers);
        }
    }

    /// RFC 8551 §3.5.
    enum Form {
        /// multipart/signed.
        CLEAR,
        /// The content lies inside the signature.
        OPAQUE
    }

    /// @param authenticated AuthEnvelopedData; EnvelopedData otherwise
    /// @param algorithm of the content encryption; empty if it cannot be read
    /// @param recipients as the message names them
    record Enveloped(
            boolean authenticated,
            String algorithm,
            List<Recipient> recipients,
            LayerVerdict verdict)
            implements Layer {
        public Enveloped {
            recipients = List.copyOf(recipients);
        }

        boolean isOpened() {
            return verdict == Envelope.OPENED || verdict == Envelope.OPENED_UNAUTHENTICATED;
        }
    }

    /// Somebody for whom a message is encrypted.
    ///
    /// @param name issuer and serial number, or a key identifier
    /// @param algorithm how the content key reaches her
    record Recipient(String name, String algorithm) {}

    record Compressed(LayerVerdict verdict) implements Layer {}

    /// @param certificates how many
    record CertificatesOnly(int certificates) implements Layer {
        @Override
        public LayerVerdict verdict() {
            return Wrapping.READ;
        }
    }

    /// What claims to be a layer and cannot be read.
    record Unread(LayerVerdict verdict) implements Layer {}
}
