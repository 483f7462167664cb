package org.postern.explain;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.postern.claim.AuthorsLayer;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.policy.Decision.Protect;
import org.postern.policy.Ruling;
import org.postern.reach.Choice;
import org.postern.reach.Possibilities;

/// What an explanation says of a ruling as a whole: which protection would be chosen for whom, and
/// who gets a copy.
///
/// @param made by [Address#key()], for everybody whose mail is to be protected
/// @param problem why nobody could look; empty if somebody did
record Choices(Ruling ruling, Map<String, Choice> made, String problem) {
    /// What the running gateway alone finds out.
    static final String NOT_SEEN_HERE =
            "Not seen from here: whether a server proves itself, and whether an authority has"
                    + " revoked a certificate. The running gateway asks for both.";

    Choices {
        made = Map.copyOf(made);
    }

    private static Stream<Ruling.ForRecipient> all(Ruling ruling) {
        return Stream.concat(ruling.recipients().stream(), ruling.copies().stream());
    }

    /// It looks only where a protection is to be chosen.
    ///
    /// @throws IOException if the message cannot be read
    static Choices of(Ruling ruling, Content message, Sight sight) throws IOException {
        if (all(ruling).noneMatch(ruled -> ruled.decision() instanceof Protect)) {
            return new Choices(ruling, Map.of(), "");
        }
        return switch (sight) {
            case Sight.None(String problem) -> new Choices(ruling, Map.of(), problem);
            case Sight.Clear(Possibilities possible) -> of(ruling, message, possible);
        };
    }

    private static Choices of(Ruling ruling, Content message, Possibilities possible)
            throws IOException {
        AuthorsLayer layer = AuthorsLayer.of(message);
        // A report to an archive is ours, whatever is in it.
        Predicate<Address> isEncrypted =
                to ->
                        !ruling.isArchive(to)
                                && layer instanceof AuthorsLayer.Encrypted encrypted
                                && possible.usable(to).stream().anyMatch(encrypted::isFor);
        Map<String, Choice> made = new LinkedHashMap<>();
        all(ruling)
                .forEach(ruled -> {
                    if (ruled.decision() instanceof Protect protect) {
                        made.put(
                                ruled.recipient().key(),
                                Choice.of(protect, ruled.recipient(), possible, isEncrypted));
                    }
                });
        return new Choices(ruling, made, "");
    }

    Optional<Choice> of(Address recipient) {
        return Optional.ofNullable(made.get(recipient.key()));
    }

    boolean isCopy(Address recipient) {
        return ruling.isCopy(recipient);
    }
}
