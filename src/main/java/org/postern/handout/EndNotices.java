package org.postern.handout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.keyring.IssuedBook.Issued;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.language.Texts;
import org.postern.mail.QueueId;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells people outside that the certificate ends to which their mail is encrypted: 30 days and 7
/// days ahead, once each, by a message in the secure mailbox.
///
/// What is to be told is kept in a file before it is told, a line for each, with the queue id of
/// the message: serial number, days, queue id, `begun` or `told`. So a stop at any place loses
/// none, and the next attempt finds what the first one has stored. A line stays as long as its
/// certificate is in the record, which loses none: neither a file that cannot be read for a while
/// nor a clock that was set makes anybody hear twice. Used by one thread.
final class EndNotices {
    static final int SOON_DAYS = 30;
    static final int LAST_DAYS = 7;

    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]{1,64}) (30|7) ([0-9A-Z]{16}) (begun|told)");

    private static final Logger LOG = LoggerFactory.getLogger(EndNotices.class);

    private final Handout.Books books;
    private final Path plan;
    private final Handout.Clinic clinic;
    private final Handout.Journal journal;
    private final Announcement announcement;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// One certificate that ends.
    ///
    /// @param days ahead, of the two times the one that has come
    /// @param isNextMade whether the next one was given to her, is not in use yet, and can be
    ///   fetched and opened still
    private record Ending(Owner.Person owner, Keyring.Entry entry, int days, boolean isNextMade) {
        String key() {
            return EndNotices.key(entry, days);
        }
    }

    /// A line of the plan.
    private record Planned(QueueId message, boolean told) {}

    /// @param plan the file; it need not exist yet
    EndNotices(
            Handout.Books books,
            Path plan,
            Handout.Clinic clinic,
            Handout.Outlets outlets,
            InstantSource clock,
            RandomGenerator random) {
        this.books = books;
        this.plan = plan;
        this.clinic = clinic;
        this.journal = outlets.journal();
        this.announcement = new Announcement(clinic, outlets.post());
        this.clock = clock;
        this.random = random;
    }

    /// One look; what fails is logged, and the next look tries again.
    void look() {
        Instant now = clock.instant();
        try {
            // Asked before the record is read: what could be read once stays known.
            boolean whole = books.issued().problems().isEmpty();
            List<Issued> all = books.issued().all();
            List<Ending> endings = find(all, now);
            Map<String, Planned> before = read();
            Map<String, Planned> planned = new TreeMap<>(before);
            if (whole) {
                planned.keySet().retainAll(keys(all));
            }
            for (Ending ending : endings) {
                planned.computeIfAbsent(
                        ending.key(), _ -> new Planned(QueueId.next(now, random), false));
            }
            write(before, planned);
            for (Ending ending : endings) {
                tell(ending, planned, now);
            }
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    private void tell(Ending ending, Map<String, Planned> planned, Instant now) {
        Planned line = planned.get(ending.key());
        if (line == null || line.told()) {
            return;
        }
        try {
            journal.append(
                    "end of a key told",
                    "%s, certificate %s, message %s, %d days ahead"
                            .formatted(
                                    ending.owner().word(),
                                    serial(ending.entry().certificate().getSerialNumber()),
                                    line.message(),
                                    ending.days()));
            announcement.send(
                    line.message(), ending.owner().address(), now, texts -> words(ending, texts));
            Map<String, Planned> before = new TreeMap<>(planned);
            planned.put(ending.key(), new Planned(line.message(), true));
            write(before, planned);
        } catch (IOException | RuntimeException e) {
            // The others hear of theirs.
            failed(e);
        }
    }

    /// Its text might name a file, and so an address.
    private static void failed(Exception e) {
        LOG.error(
                "somebody was not told that a certificate of hers ends; the next look tries again:"
                        + " {}",
                e.getClass().getName());
    }

    private Announcement.Words words(Ending ending, Texts texts) {
        String day =
                DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                        .withLocale(texts.language().locale())
                        .withZone(clinic.zone())
                        .format(ending.entry().notAfter());
        return new Announcement.Words(
                texts.say("keyend.subject"),
                List.of(
                        texts.say("keyend.what", clinic.name(), day),
                        texts.say(ending.isNextMade() ? "keyend.made" : "keyend.next"),
                        texts.say("keyend.then"),
                        texts.say("keyend.keep")));
    }

    /// Of everybody who may be told of hers.
    ///
    /// @throws IOException if it cannot be read what was revoked
    private List<Ending> find(List<Issued> all, Instant now) throws IOException {
        Set<Owner.Person> owners = new LinkedHashSet<>();
        for (Issued each : all) {
            if (each.entry().owner() instanceof Owner.Person owner) {
                owners.add(owner);
            }
        }
        List<Ending> endings = new ArrayList<>();
        int kept = 0;
        for (Owner.Person owner : owners) {
            Optional<Ending> ending = ending(owner, now);
            try {
                if (ending.isPresent() && !clinic.voice().mayWrite().test(owner.address())) {
                    kept++;
                } else {
                    ending.ifPresent(endings::add);
                }
            } catch (RuntimeException e) {
                // The others hear of theirs.
                failed(e);
            }
        }
        if (kept > 0) {
            LOG.warn(
                    "{} certificates of people outside end soon who are not told, because the"
                            + " policy lets them have nothing on a page: ./gateway doctor says"
                            + " whose",
                    kept);
        }
        return endings;
    }

    /// The one that lasts longest of those that are used.
    private Optional<Ending> ending(Owner.Person owner, Instant now) throws IOException {
        Optional<Keyring.Entry> used = Optional.empty();
        Optional<Keyring.Entry> made = Optional.empty();
        for (Issued each : readable(owner, now)) {
            Keyring.Entry entry = each.entry();
            if (entry.isValidAt(now) && !books.revoked().holds(entry.certificate())) {
                if (each.isUsed()) {
                    used = Optional.of(used.map(it -> later(it, entry)).orElse(entry));
                } else if (canBeFetched(each, now)) {
                    made = Optional.of(made.map(it -> later(it, entry)).orElse(entry));
                }
            }
        }
        if (used.isEmpty()) {
            return Optional.empty();
        }
        Keyring.Entry entry = used.get();
        boolean isNextMade = made.filter(it -> !later(entry, it).equals(entry)).isPresent();
        return days(entry.notAfter(), now).map(days -> new Ending(owner, entry, days, isNextMade));
    }

    /// None where one that is in use cannot be read: that may be the one that lasts longest, and
    /// then it were false that her key ends.
    private List<Issued> readable(Owner.Person owner, Instant now) {
        try {
            return books.issued().of(owner.address(), now);
        } catch (IOException _) {
            // Its text names a file, and so an address.
            LOG.warn(
                    "of somebody outside a certificate in use cannot be read, so she is not told"
                            + " whether hers ends: ./gateway doctor says which file");
            return List.of();
        }
    }

    /// Whether its message can still be read, for sure, and somebody knows what opens the file. The
    /// certificate is said to have begun a little before the message was made.
    private static boolean canBeFetched(Issued issued, Instant now) {
        Instant begun = issued.entry().certificate().getNotBefore().toInstant();
        return issued.isTold() && begun.plus(Handout.STAY).isAfter(now);
    }

    private static Keyring.Entry later(Keyring.Entry one, Keyring.Entry other) {
        return other.notAfter().isAfter(one.notAfter()) ? other : one;
    }

    private static Optional<Integer> days(Instant end, Instant now) {
        Duration left = Duration.between(now, end);
        if (left.compareTo(Duration.ofDays(LAST_DAYS)) <= 0) {
            return Optional.of(LAST_DAYS);
        }
        return left.compareTo(Duration.ofDays(SOON_DAYS)) <= 0
                ? Optional.of(SOON_DAYS)
                : Optional.empty();
    }

    /// By which lines the plan could tell of what is in the record.
    private static Set<String> keys(List<Issued> all) {
        return all.stream()
                .map(Issued::entry)
                .flatMap(it -> Stream.of(key(it, SOON_DAYS), key(it, LAST_DAYS)))
                .collect(Collectors.toSet());
    }

    private static String key(Keyring.Entry entry, int days) {
        return serial(entry.certificate().getSerialNumber()) + " " + days;
    }

    private static String serial(BigInteger number) {
        return number.toString(16);
    }

    /// @throws IOException also if it holds a line that we have not written: then nobody knows who
    ///   was told
    private Map<String, Planned> read() throws IOException {
        Map<String, Planned> read = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(plan, US_ASCII)) {
                Matcher matcher = LINE.matcher(line);
                if (!matcher.matches() || !QueueId.isValid(matcher.group(3))) {
                    LOG.error("{} holds a line that is not its own; delete the file", plan);
                    throw new IOException("nobody knows who was told");
                }
                read.put(
                        matcher.group(1) + " " + matcher.group(2),
                        new Planned(
                                new QueueId(matcher.group(3)), matcher.group(4).equals("told")));
            }
        } catch (NoSuchFileException _) {
            // Nobody was told yet.
        }
        return read;
    }

    private void write(Map<String, Planned> before, Map<String, Planned> after) throws IOException {
        if (after.equals(before)) {
            return;
        }
        StringBuilder text = new StringBuilder();
        after.forEach((key, line) ->
                text.append(key)
                        .append(' ')
                        .append(line.message())
                        .append(line.told() ? " told\n" : " begun\n"));
        WholeFile.replace(new FileDisk(), plan, text.toString().getBytes(US_ASCII));
    }
}
