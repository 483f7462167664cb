package org.postern.returns;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;

/// Whether a program wrote a message, and whether a program of ours may answer it: RFC 3834 §2, and
/// what programs say that are older than it. The two differ: a person's mail must not be lost
/// because her provider wants no automatic answers.
final class AutomaticMail {
    private static final List<String> BULK = List.of("bulk", "list", "junk", "auto_reply");

    /// Fields that no person's mail has.
    private static final List<String> OF_PROGRAMS =
            List.of("List-Id", "X-Autoreply", "X-Autorespond", "X-Failed-Recipients");

    /// Fields whose mail wants no automatic answer.
    private static final List<String> UNANSWERED =
            List.of("X-Auto-Response-Suppress", "List-Unsubscribe", "Feedback-ID");

    private static final String DAEMON = "mailer-daemon@";
    private static final List<String> ROLES =
            List.of("postmaster@", "no-reply@", "noreply@", "listserv@");

    private AutomaticMail() {}

    /// Whether a program wrote it.
    static boolean is(Envelope envelope, HeaderSection header) {
        Address reversePath = envelope.reversePath();
        return reversePath == null
                || lower(reversePath.toString()).startsWith(DAEMON)
                || authors(header).anyMatch(author -> author.startsWith(DAEMON))
                || header.all("Auto-Submitted").stream().anyMatch(f -> !first(f).equals("no"))
                || header.all("Precedence").stream().anyMatch(f -> BULK.contains(first(f)))
                || header.all("Content-Type").stream()
                        .anyMatch(f -> first(f).startsWith("multipart/report"))
                || OF_PROGRAMS.stream().anyMatch(name -> header.first(name).isPresent());
    }

    /// Whether a person's mail may be answered by a program.
    static boolean mayBeAnswered(Envelope envelope, HeaderSection header) {
        String reversePath = lower(String.valueOf(envelope.reversePath()));
        return !is(envelope, header)
                && UNANSWERED.stream().noneMatch(name -> header.first(name).isPresent())
                && ROLES.stream().noneMatch(reversePath::startsWith)
                && authors(header).noneMatch(author -> ROLES.stream().anyMatch(author::startsWith));
    }

    /// What stands in angle brackets, or else the whole.
    private static Stream<String> authors(HeaderSection header) {
        return header.all("From").stream()
                .map(field -> lower(field.body()).strip())
                .map(from -> from.substring(from.lastIndexOf('<') + 1));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /// The first word, without parameters and comments.
    private static String first(HeaderField field) {
        return lower(field.body()).strip().split("[;\\s(]", 2)[0];
    }
}
