package org.postern.opening;

import java.util.List;
import java.util.Optional;
import org.postern.mail.Content;
import org.postern.opening.LayerVerdict.Signature;
import org.postern.pki.Verdict;

/// What reading a message gave.
///
/// @param layers the outermost first; none for a message without S/MIME around it
/// @param verdict the one that a person is shown
/// @param author key of the one address in From; empty if that is not exactly one
/// @param headersDiffer whether the header section outside is not the one that the author meant to
///   stand there (C14)
/// @param opened the entity inside the innermost envelope that was opened; empty if there is none
/// @param entity the innermost one that was reached
public record Reading(
        List<Layer> layers,
        MessageVerdict verdict,
        Optional<String> author,
        boolean headersDiffer,
        Optional<Content> opened,
        Content entity) {
    public Reading {
        layers = List.copyOf(layers);
    }

    /// The same with the verdict of another time.
    public Reading judged(MessageVerdict other) {
        return new Reading(layers, other, author, headersDiffer, opened, entity);
    }

    /// The author, if her signature is proved.
    public Optional<String> provedAuthor() {
        return verdict.isSigned() ? author : Optional.empty();
    }

    /// Whether something lies in layers that hide it from whoever only reads MIME.
    public boolean isWrapped() {
        return layers.stream()
                .anyMatch(layer ->
                        switch (layer) {
                            case Layer.Signed signed -> signed.form() == Layer.Form.OPAQUE;
                            case Layer.Compressed _, Layer.Unread _ -> true;
                            case Layer.Enveloped _, Layer.CertificatesOnly _ -> false;
                        });
    }

    /// Whether the innermost entity was reached; one that is still encrypted nobody reads who has
    /// not its key.
    public boolean isReached() {
        return layers.isEmpty()
                || switch (layers.getLast()) {
                    case Layer.Signed signed -> signed.verdict() != Signature.UNREADABLE;
                    case Layer.Unread _ -> false;
                    case Layer.Enveloped _, Layer.Compressed _, Layer.CertificatesOnly _ -> true;
                };
    }

    /// Whether a signer's authority was asked just now, and its first answer will change what is to
    /// be said. It is a matter of seconds, and nothing is awaited twice.
    public boolean awaitsAuthority() {
        return layers.stream()
                .anyMatch(layer ->
                        layer.verdict() instanceof LayerVerdict.Certificate(Verdict fault)
                                && fault == Verdict.REVOCATION_AWAITED);
    }

    /// Whether nobody could say how a signer's certificate stands, so that another time more may be
    /// known of the same signature.
    public boolean lacksAuthority() {
        return layers.stream()
                .anyMatch(layer ->
                        layer.verdict() instanceof LayerVerdict.Certificate certificate
                                && MessageVerdict.of(certificate) == MessageVerdict.UNPROVED);
    }

    /// The certificates' addresses of those who signed what was read, if that is proved.
    public List<String> provedSigners() {
        return verdict.isSigned()
                ? layers.stream()
                        .filter(Layer.Signed.class::isInstance)
                        .map(Layer.Signed.class::cast)
                        .reduce((_, inner) -> inner)
                        .map(Layer.Signed::signers)
                        .orElse(List.of())
                        .stream()
                        .flatMap(signer -> signer.addresses().stream())
                        .sorted()
                        .toList()
                : List.of();
    }
}
