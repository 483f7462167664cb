package org.postern.check;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.postern.mail.Address;
import org.postern.rewrap.SealedLines;
import org.postern.rewrap.SealedPlace;
import org.postern.store.FileDisk;
import org.postern.store.KeptFile;
import org.postern.store.WholeFile;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.SlowHash;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the clinic knows of its patients for the check, and what they read: a text file, one line
/// for each fact, `address;birth-date|pin|mobile|language;value`. Empty lines and lines that begin
/// with `#` are for people.
///
/// The value of a mobile number is the number, sealed, because it has to be read again; that of the
/// language is its tag. All others are hashes. The hash is an HMAC, under a key of the vault, over
/// Argon2id of the fact: a birth date has some 36,500 values, so nothing less hides it, and without
/// the keystore even this file tells nothing. It is read again when it changes; a change that
/// cannot be read is reported, and the facts from before stay.
public final class PatientFile implements Examiner.Known {
    private static final Logger LOG = LoggerFactory.getLogger(PatientFile.class);

    private static final int HASH_OCTETS = 32;

    /// At the same time, because each takes those 19 MiB.
    private static final int CHECKS_MAX = 4;

    /// What stands in the place of a check where the line says what a patient reads.
    static final String LANGUAGE = "language";

    /// RFC 5646 §2.2.1.
    private static final Pattern LANGUAGE_TAG = Pattern.compile("[a-z]{2,3}");

    private static final byte[] NO_HASH = new byte[HASH_OCTETS];

    private final Path file;
    private final Vault vault;
    private final Semaphore checks = new Semaphore(CHECKS_MAX);
    private final KeptFile<Known> facts;

    private PatientFile(Path file, Vault vault) throws IOException {
        this.file = file;
        this.vault = vault;
        this.facts = new KeptFile<>(file, PatientFile::read);
    }

    /// A fact to be kept; `toString` hides it.
    ///
    /// @param value a birth date as `1972-04-09`, or a PIN of 4 to 12 digits
    public record Fact(Address patient, PatientCheck check, String value) {
        /// @throws IllegalArgumentException if it is none; the message does not show it
        public Fact {
            List<String> read = check.readings(value);
            switch (check) {
                case BIRTH_DATE -> {
                    if (!read.equals(List.of(value))) {
                        throw new IllegalArgumentException("write a birth date as 1972-04-09");
                    }
                }
                case PIN -> {
                    if (read.isEmpty()) {
                        throw new IllegalArgumentException("a PIN has 4 to 12 digits");
                    }
                }
                case MOBILE -> {
                    if (read.isEmpty()) {
                        throw new IllegalArgumentException(
                                "write a mobile number as +1 555 010 0199");
                    }
                }
            }
        }

        @Override
        public String toString() {
            return "Fact[" + check.word() + " of " + patient + "]";
        }
    }

    /// What a file says.
    ///
    /// @param languages by the key of the address
    private record Known(Map<Subject, byte[]> hashes, Map<String, String> languages) {}

    private record Subject(String addressKey, PatientCheck check) {}

    /// Opens the file. One that is not there holds no facts; it is read when it comes.
    ///
    /// @throws IOException if it cannot be read, with the line
    public static PatientFile open(Path file, Vault vault) throws IOException {
        return new PatientFile(file, vault);
    }

    /// Whether a fact is known of a patient.
    public boolean knows(Address patient, PatientCheck check) {
        return facts.current().hashes().containsKey(new Subject(patient.key(), check));
    }

    /// The tag of the language that a patient reads, such as `es`; empty if nobody said.
    public Optional<String> language(Address patient) {
        return Optional.ofNullable(facts.current().languages().get(patient.key()));
    }

    /// The mobile number of a patient, such as `+15550100199`.
    ///
    /// @return empty if there is none, or one that does not open, which the log says
    public Optional<String> number(Address patient) {
        Subject subject = new Subject(patient.key(), PatientCheck.MOBILE);
        byte[] kept = facts.current().hashes().get(subject);
        if (kept == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(SealedText.open(vault, kept, context(subject)));
        } catch (SealBrokenException | RuntimeException e) {
            LOG.error("{}: a mobile number does not open: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private static String context(Subject subject) {
        return "mobile number of " + subject.addressKey();
    }

    /// Whether an answer is right. It takes as long for a patient who is not known, for an answer
    /// that makes no sense, and for one that can mean two dates.
    @Override
    public boolean matches(Address patient, PatientCheck check, String answer) {
        Subject asked = new Subject(patient.key(), check);
        byte[] expected = facts.current().hashes().getOrDefault(asked, NO_HASH);
        List<String> readings = new ArrayList<>(check.readings(answer));
        int meant = readings.size();
        while (readings.size() < PatientCheck.READINGS_MAX) {
            readings.add("");
        }
        boolean right = false;
        checks.acquireUninterruptibly();
        try {
            for (int i = 0; i < readings.size(); i++) {
                byte[] hash = hash(vault, new Subject(patient.key(), check), readings.get(i));
                right |= MessageDigest.isEqual(hash, expected) && i < meant;
            }
        } finally {
            checks.release();
        }
        return right && expected != NO_HASH;
    }

    /// Whether an answer is the PIN that was hashed for one message of a patient.
    ///
    /// @param pin as `hashOfPin` made it
    @Override
    public boolean matchesPin(Address patient, String pin, String answer) {
        List<String> read = PatientCheck.PIN.readings(answer);
        checks.acquireUninterruptibly();
        try {
            String hash = hashOfPin(vault, patient, read.isEmpty() ? "" : read.getFirst());
            return MessageDigest.isEqual(
                            hash.getBytes(StandardCharsets.US_ASCII),
                            pin.getBytes(StandardCharsets.US_ASCII))
                    && !read.isEmpty();
        } finally {
            checks.release();
        }
    }

    /// The form in which a PIN for one message of a patient is kept: as slow and as keyed as those
    /// of the file, and none of them.
    public static String hashOfPin(Vault vault, Address patient, String pin) {
        Subject subject = new Subject("message to " + patient.key(), PatientCheck.PIN);
        return HexFormat.of().formatHex(hash(vault, subject, pin));
    }

    /// Adds a fact, or puts it in the place of the one before; durable on return. The file is made
    /// if it is missing, and replaced whole, so that a reader sees the old one or the new one.
    public static void add(Path file, Vault vault, Fact fact) throws IOException {
        addAll(file, vault, List.of(fact), List.of());
    }

    /// Notes the language that a patient reads, in the place of the one before; durable on return.
    ///
    /// @param tag two or three small letters
    /// @throws IllegalArgumentException if it is none
    public static void addLanguage(Path file, Address patient, String tag) throws IOException {
        try (Closeable _ = SealedLines.lock(file)) {
            replace(file, Map.of(whom(languageLine(patient, tag)), languageLine(patient, tag)));
        }
    }

    /// @throws IllegalArgumentException if it is no tag
    static String languageLine(Address patient, String tag) {
        if (!LANGUAGE_TAG.matcher(tag).matches()) {
            throw new IllegalArgumentException("write a language as two small letters, such as es");
        }
        return patient + ";" + LANGUAGE + ";" + tag;
    }

    static void addAll(Path file, Vault vault, List<Fact> facts, List<String> more)
            throws IOException {
        try (Closeable _ = SealedLines.lock(file)) {
            replace(file, added(vault, facts, more));
        }
    }

    private static Map<String, String> added(Vault vault, List<Fact> facts, List<String> more) {
        Map<String, String> added = new LinkedHashMap<>();
        for (Fact fact : facts) {
            Subject subject = new Subject(fact.patient().key(), fact.check());
            String value = fact.check().readings(fact.value()).getFirst();
            byte[] kept =
                    fact.check() == PatientCheck.MOBILE
                            ? SealedText.seal(vault, value, context(subject))
                            : hash(vault, subject, value);
            String hex = HexFormat.of().formatHex(kept);
            String line = fact.patient() + ";" + fact.check().word() + ";" + hex;
            added.put(whom(line), line);
        }
        more.forEach(line -> added.put(whom(line), line));
        return added;
    }

    /// Where the sealed numbers lie, for whoever brings them under another key.
    public static SealedPlace place(Path file, Vault vault) {
        String sealed = ";" + PatientCheck.MOBILE.word() + ";";
        return new SealedLines(file, vault, line -> !isForPeople(line) && line.contains(sealed));
    }

    /// @param added lines by whom and what they are about
    private static void replace(Path file, Map<String, String> added) throws IOException {
        List<String> before = lines(file);
        parse(file, before);
        List<String> after = new ArrayList<>();
        for (String line : before) {
            if (isForPeople(line) || !added.containsKey(whom(line))) {
                after.add(line);
            }
        }
        after.addAll(added.values());
        String text = String.join("\n", after) + "\n";
        WholeFile.replace(
                FileDisk.forFolderOwner(),
                file.toAbsolutePath(),
                text.getBytes(StandardCharsets.UTF_8));
    }

    /// Whom and what a line is about, as a key.
    private static String whom(String line) {
        String[] fields = line.split(";", -1);
        return Address.of(fields[0]).key() + ";" + fields[1];
    }

    /// The lines of a file; none if there is no file.
    static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (MalformedInputException e) {
            throw new IOException(file + " is not a text in UTF-8", e);
        }
    }

    private static Known read(Path file) throws IOException {
        return parse(file, lines(file));
    }

    private static Known parse(Path file, List<String> lines) throws IOException {
        Map<Subject, byte[]> hashes = new HashMap<>();
        Map<String, String> languages = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (isForPeople(line)) {
                continue;
            }
            try {
                if (isLanguage(line)) {
                    takeLanguage(line, languages);
                    continue;
                }
                byte[] hash = HexFormat.of().parseHex(line.split(";", -1)[2]);
                Subject subject = subject(line);
                boolean known = hashes.put(subject, hash) != null;
                boolean sealed = subject.check() == PatientCheck.MOBILE;
                if (known || (!sealed && hash.length != HASH_OCTETS)) {
                    throw new IllegalArgumentException(
                            known ? "a second line for this fact" : "this is no hash");
                }
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                String form =
                        "expected address;birth-date|pin|mobile|language;value, one line for each";
                throw new IOException(
                        "%s:%d: %s (%s)".formatted(file, i + 1, form, e.getMessage()), e);
            }
        }
        return new Known(hashes, languages);
    }

    private static boolean isLanguage(String line) {
        String[] fields = line.split(";", -1);
        return fields.length == 3 && fields[1].equals(LANGUAGE);
    }

    private static void takeLanguage(String line, Map<String, String> languages) {
        String[] fields = line.split(";", -1);
        String key =
                Address.parse(fields[0])
                        .orElseThrow(() -> new IllegalArgumentException("this is no address"))
                        .key();
        boolean good = LANGUAGE_TAG.matcher(fields[2]).matches();
        if (!good || languages.put(key, fields[2]) != null) {
            throw new IllegalArgumentException(
                    good ? "a second line for this fact" : "this is no language");
        }
    }

    private static boolean isForPeople(String line) {
        return line.isBlank() || line.startsWith("#");
    }

    /// Whom and what a line is about.
    ///
    /// @throws IllegalArgumentException if it is no line of the file
    private static Subject subject(String line) {
        String[] fields = line.split(";", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException(fields.length + " fields");
        }
        Address patient =
                Address.parse(fields[0])
                        .orElseThrow(() -> new IllegalArgumentException("this is no address"));
        PatientCheck check =
                PatientCheck.of(fields[1])
                        .orElseThrow(() -> new IllegalArgumentException("unknown check"));
        return new Subject(patient.key(), check);
    }

    private static byte[] hash(Vault vault, Subject subject, String value) {
        byte[] address = subject.addressKey().getBytes(StandardCharsets.UTF_8);
        byte[] check = subject.check().word().getBytes(StandardCharsets.UTF_8);
        byte[] salt = vault.mac("patient-check salt", address, check);
        byte[] slow = SlowHash.of(salt, value.getBytes(StandardCharsets.UTF_8), HASH_OCTETS);
        return vault.mac("patient-check", address, check, slow);
    }
}
