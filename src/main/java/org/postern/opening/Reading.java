package org.postern.opening;

import java.util.List;
import java.util.Optional;
import org.postern.mail.Content;

/// What reading a message gave.
///
/// @param layers the outermost first; none for a message without S/MIME around it
/// @param verdict the one that a person is shown
/// @param headersDiffer whether the header section outside is not the one that the author meant to
///   stand there (C14)
/// @param opened the entity inside the innermost envelope that was opened; empty if there is none
/// @param entity the innermost one that was reached
public record Reading(
        List<Layer> layers,
        MessageVerdict verdict,
        boolean headersDiffer,
        Optional<Content> opened,
        Content entity) {
    public Reading {
        layers = List.copyOf(layers);
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
