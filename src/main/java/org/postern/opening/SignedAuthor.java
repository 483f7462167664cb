package org.postern.opening;

import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mime.DisplayAddress;
import org.postern.mime.HeaderSection;
import org.postern.pki.Verdict;

/// The one author of a message, and the signers whose certificates name her: their signatures fit,
/// and the only doubt, if any, is who vouches for them.
///
/// @param signers of the innermost signature; empty if there is no such one
public record SignedAuthor(Address address, List<Signer> signers) {
    public SignedAuthor {
        signers = List.copyOf(signers);
    }

    /// Empty if From does not name exactly one author.
    ///
    /// @param outer the header section of the message as it came
    public static Optional<SignedAuthor> of(HeaderSection outer, Reading reading) {
        return DisplayAddress.author(outer)
                .map(author ->
                        new SignedAuthor(
                                author,
                                signers(reading).stream()
                                        .filter(it -> it.addresses().contains(author.key()))
                                        .toList()));
    }

    private static List<Signer> signers(Reading reading) {
        boolean fits =
                reading.verdict().isSigned() || reading.verdict() == MessageVerdict.UNTRUSTED;
        if (!fits) {
            return List.of();
        }
        return reading.layers().stream()
                .filter(Layer.Signed.class::isInstance)
                .map(Layer.Signed.class::cast)
                .reduce((_, inner) -> inner)
                .map(Layer.Signed::signers)
                .orElse(List.of())
                .stream()
                .filter(SignedAuthor::isGood)
                .toList();
    }

    private static boolean isGood(Signer signer) {
        return signer.verdict() == LayerVerdict.Signature.VALID
                || (signer.verdict() instanceof LayerVerdict.Certificate(Verdict fault)
                        && fault == Verdict.NO_PATH);
    }
}
