package org.postern.policy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.postern.facts.Facts;
import org.postern.mail.Address;

/// What is done besides, while a message goes its way.
///
/// @param stripTags words in square brackets that are taken out of the subject, folded
/// @param signing whether it bears a signature, also where it is not encrypted
/// @param bcc who gets a copy, each under a decision of her own
public record Extras(Set<String> stripTags, Signing signing, List<Address> bcc) {
    /// Nothing.
    public static final Extras NONE = new Extras(Set.of(), Signing.AS_CONFIGURED, List.of());

    public Extras {
        stripTags = stripTags.stream().map(Facts::fold).collect(Collectors.toUnmodifiableSet());
        bcc = List.copyOf(bcc);
    }

    /// Who sees to the signature.
    public enum Signing {
        /// The configuration of the gateway says it.
        AS_CONFIGURED,
        /// Without one it does not leave.
        DEMANDED
    }

    /// The same without copies: a copy makes no further ones.
    Extras withoutBcc() {
        return new Extras(stripTags, signing, List.of());
    }

    /// As a policy file says it, behind what else is decided.
    String words() {
        StringBuilder words = new StringBuilder();
        if (!stripTags.isEmpty()) {
            words.append(", strip-tags: [")
                    .append(String.join(", ", new TreeSet<>(stripTags)))
                    .append(']');
        }
        if (signing == Signing.DEMANDED) {
            words.append(", sign: true");
        }
        if (!bcc.isEmpty()) {
            words.append(
                    bcc.stream()
                            .map(Address::toString)
                            .collect(Collectors.joining(", ", ", bcc: [", "]")));
        }
        return words.toString();
    }
}
