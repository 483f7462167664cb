package org.postern.handout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;

/// A message of the clinic to somebody outside about her key, in the secure mailbox: what it says
/// stands in no mail, which only tells that something is there.
final class Announcement {
    private final Handout.Clinic clinic;
    private final Handout.Post post;

    /// What it says.
    ///
    /// @param paragraphs one after the other
    record Words(String subject, List<String> paragraphs) {
        Words {
            paragraphs = List.copyOf(paragraphs);
        }
    }

    Announcement(Handout.Clinic clinic, Handout.Post post) {
        this.clinic = clinic;
        this.post = post;
    }

    /// Keeps it and tells her; durable on return. Once for an id, however often it is attempted.
    void send(QueueId id, Address to, Instant now, Function<Texts, Words> saying)
            throws IOException {
        Words words = saying.apply(clinic.words(to));
        String name = "about-key-%s@%s".formatted(id, clinic.answers().domain());
        NewMessage message =
                new NewMessage(
                        id, Direction.TO_PATIENT, clinic.answers(), to, name, List.of(), now);
        String letter =
                new LetterHead(name, clinic.answers(), to, now).fields(words.subject())
                        + LetterHead.textPart(words.paragraphs().toArray(String[]::new));
        post.keep(message, Content.of(letter.replace("\n", "\r\n").getBytes(US_ASCII)));
    }
}
