package org.postern.notice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.notice.CardMail.Card;
import org.postern.notice.CardMail.Place;
import org.postern.notice.NoticeTemplate.Values;
import org.postern.wording.NoticeKind;

/// Writes what clinicians get about messages that wait or were read: receipts, "not read yet", what
/// came back, what was done at their word. Each stands in the thread of her own message, and says
/// nothing of its subject or content: it travels as ordinary mail.
public final class ClinicianMail {
    /// Words of a check that templates know as a line of their own; others came with a device that
    /// passed a check before.
    private static final List<String> CHECKS =
            List.of("birth-date", "pin", "sms", "passkey", "device-code", "code", "none");

    private final CardMail mail;
    private final Setting setting;
    private final DateTimeFormatter time;

    /// How this clinic writes.
    ///
    /// @param from of the gateway itself
    /// @param language of those who work here
    /// @param zone in which they live
    public record Setting(Letterhead from, Locale language, ZoneId zone) {}

    /// The message that a mail is about.
    ///
    /// @param id the queue id, for IT
    /// @param sent when it was
    /// @param messageId its Message-ID without angle brackets; empty if it has none
    /// @param references what it referred to itself
    /// @param replyTo takes commands; empty where nobody does
    public record About(
            Address clinician,
            Address patient,
            String id,
            Instant sent,
            String messageId,
            List<String> references,
            Optional<Address> replyTo) {
        public About {
            references = List.copyOf(references);
        }

        private Place thread() {
            Optional<String> own = Optional.of(messageId).filter(id -> !id.isEmpty());
            return new Place(Stream.concat(references.stream(), own.stream()).toList(), own);
        }
    }

    /// One opening.
    ///
    /// @param check its word, as the audit has it
    /// @param device such as `iPhone, Safari`
    public record Reading(Instant at, String check, String device) {}

    /// What came of a command.
    public enum Done {
        RECALLED,
        EXTENDED,
        /// There was no living link to extend.
        EXPIRED,
        REMINDED,
        /// It was taken back before.
        GONE,
        UNKNOWN;

        private String mark() {
            return "#" + name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param domain of the Message-IDs
    /// @param random cryptographically strong
    public ClinicianMail(
            Domain domain, Setting setting, InstantSource clock, RandomGenerator random) {
        this.mail = new CardMail(new MailWriter(domain, clock, random));
        this.setting = setting;
        Locale locale = Locale.of(setting.language().getLanguage(), "US");
        this.time =
                DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                        .withLocale(locale)
                        .withZone(setting.zone());
    }

    /// Tells of the first opening.
    public Content receipt(About about, Reading reading) {
        return about(NoticeKind.RECEIPT, about, read(reading));
    }

    private Values read(Reading reading) {
        return new Values()
                .put("when", time(reading.at()))
                .put("device", reading.device())
                .mark(CHECKS.contains(reading.check()) ? "#" + reading.check() : "#known");
    }

    /// Tells of several first openings at once.
    ///
    /// @param readings by the message that was opened
    public Content digest(Address clinician, Map<About, Reading> readings) {
        List<String> rows = new ArrayList<>();
        NoticeTemplate row = words(NoticeKind.DIGEST_ROW);
        readings.forEach((about, reading) -> rows.add(row.text(values(about, read(reading)))));
        Values values = new Values().rows(rows);
        return mail.write(
                new Card(
                        List.of(words(NoticeKind.DIGEST)),
                        values,
                        setting.from(),
                        clinician,
                        Optional.empty(),
                        new Place(List.of(), Optional.empty()),
                        "auto-generated"));
    }

    /// The last step of the unread ladder.
    ///
    /// @param days since the notice
    public Content unread(About about, long days, Optional<String> phone) {
        return about(
                NoticeKind.UNREAD,
                about,
                phone(phone).put("days", Long.toString(Math.max(1, days))));
    }

    /// Tells that the notice could not be delivered.
    ///
    /// @param status the enhanced status of the report (RFC 3463)
    public Content returned(About about, String status, Optional<String> phone) {
        String mark =
                switch (status) {
                    case String s when s.startsWith("5.1.") -> "#address";
                    case "5.2.1" -> "#address";
                    case "5.2.2", "4.2.2" -> "#full";
                    default -> "#other";
                };
        return about(NoticeKind.RETURNED, about, phone(phone).put("status", status).mark(mark));
    }

    /// Tells that somebody else got the notice, and said so.
    public Content stranger(About about, Optional<String> phone) {
        return about(NoticeKind.STRANGER, about, phone(phone).put("id", about.id()));
    }

    private static Values phone(Optional<String> phone) {
        Values values = new Values();
        phone.ifPresentOrElse(it -> values.put("phone", it), () -> values.mark("#no-phone"));
        return values;
    }

    /// Says what came of a command.
    ///
    /// @param command Message-ID of the mail that gave it, without angle brackets
    /// @param until for `EXTENDED`
    public Content done(About about, Done done, String command, Optional<Instant> until) {
        Values values = new Values().mark(done.mark());
        until.ifPresent(end -> values.put("until", time(end)));
        Place before = about.thread();
        Optional<String> answered = Optional.of(command).filter(id -> !id.isEmpty());
        Place thread =
                new Place(
                        Stream.concat(before.references().stream(), answered.stream()).toList(),
                        answered.or(before::answered));
        return write(NoticeKind.DONE, about, values, thread);
    }

    /// A mail about held mail: to those who are asked, and to its originator.
    ///
    /// @param values what stands at the places of the kind's words
    /// @param times the same for moments
    /// @param marks which lines are kept
    /// @param messageId of the held message, for its originator; empty for all others
    public record AboutHeld(
            NoticeKind kind,
            Address to,
            Map<String, String> values,
            Map<String, Instant> times,
            List<String> marks,
            String messageId) {
        public AboutHeld {
            values = Map.copyOf(values);
            times = Map.copyOf(times);
            marks = List.copyOf(marks);
        }
    }

    /// Says nothing of the subject or the content.
    public Content aboutHeld(AboutHeld held) {
        return aboutHeld(held, List.of());
    }

    /// The same with lines of numbers.
    ///
    /// @param rows values of each line
    public Content aboutHeld(AboutHeld held, List<Map<String, String>> rows) {
        Values values = new Values();
        if (!rows.isEmpty()) {
            NoticeTemplate row = words(NoticeKind.HELD_ROW);
            values.rows(rows.stream().map(each -> row.text(values(each))).toList());
        }
        held.values().forEach(values::put);
        held.times().forEach((name, at) -> values.put(name, time(at)));
        held.marks().forEach(values::mark);
        Optional<String> answered = Optional.of(held.messageId()).filter(id -> !id.isEmpty());
        return mail.write(
                new Card(
                        List.of(words(held.kind())),
                        values,
                        setting.from(),
                        held.to(),
                        Optional.empty(),
                        new Place(answered.stream().toList(), answered),
                        "auto-generated"));
    }

    private static Values values(Map<String, String> all) {
        Values values = new Values();
        all.forEach(values::put);
        return values;
    }

    /// The line by which a patient's ordinary answer is marked.
    ///
    /// @param patient whether it came from the address that the notice went to
    public String ordinary(boolean patient) {
        Values values = patient ? new Values() : new Values().mark("#other");
        return words(NoticeKind.ORDINARY).text(values).replace("\n", "\r\n");
    }

    private Content about(NoticeKind kind, About about, Values values) {
        return write(kind, about, values, about.thread());
    }

    private Content write(NoticeKind kind, About about, Values values, Place thread) {
        return mail.write(
                new Card(
                        List.of(words(kind)),
                        values(about, values),
                        setting.from(),
                        about.clinician(),
                        about.replyTo(),
                        thread,
                        kind == NoticeKind.DONE ? "auto-replied" : "auto-generated"));
    }

    private Values values(About about, Values values) {
        if (about.replyTo().isPresent()) {
            values.mark("#commands");
        }
        return values.put("patient", about.patient().toString()).put("sent", time(about.sent()));
    }

    /// Some locales part time and day by blanks of other widths, which old mail programs show as
    /// boxes.
    private String time(Instant instant) {
        return time.format(instant).replaceAll("\\h", " ");
    }

    private NoticeTemplate words(NoticeKind kind) {
        String file = "%s.%s.txt".formatted(kind.word(), setting.language().getLanguage());
        try (InputStream in = ClinicianMail.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the words " + file + " are missing");
            }
            return NoticeTemplate.ofText(
                    kind, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
