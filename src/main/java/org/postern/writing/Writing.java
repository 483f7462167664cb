package org.postern.writing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.http.BadRequest;
import org.postern.http.FormParts.Part;
import org.postern.http.WebRequest;
import org.postern.mail.Address;
import org.postern.random.Randomness;
import org.postern.vault.LookupHash;

/// A form as it comes in: small fields first, then files, which go straight into the letter.
public final class Writing {
    /// All files and the text, as the browser sends them.
    public static final long FORM_OCTETS_MAX = 26L * 1024 * 1024;

    /// What is read of a form of which it is not known that it is ours, or that its writer is in:
    /// enough for the longest words, which are given back, and for no file.
    public static final long STRANGER_OCTETS_MAX = 256 * 1024;

    /// Of the words of one letter.
    static final int TEXT_CHARS_MAX = 20_000;

    private static final int FIELD_OCTETS_MAX = 4 * TEXT_CHARS_MAX;
    private static final int FIELDS_MAX = 20;

    private final EnduringOut out;
    private final WrittenLetter letter;
    private final Key key;
    private final long octetsMax;
    private final Beginning beginning;
    private final Uploads uploads;
    private final Map<String, String> fields = new HashMap<>();
    private boolean asked;
    private boolean known;
    private @Nullable IOException fault;
    private boolean begun;
    private boolean complete = true;
    private boolean files;
    private final MessageDigest digest = sha256();
    private String text = "";

    /// What shows that a form is of a page of ours, and that its writer may send it. It comes
    /// before any file. Until it has come, and if it is wrong, no more is read than a stranger's
    /// words.
    ///
    /// @param field that holds it
    public record Key(String field, Opens opens) {
        private static final Key NONE = new Key("", _ -> false);
    }

    /// Looks at what the field of the key holds.
    @FunctionalInterface
    public interface Opens {
        boolean with(String value) throws IOException;
    }

    /// What stands before the files of a letter, made of the small fields.
    @FunctionalInterface
    public interface Beginning {
        Opening of(Writing writing) throws IOException;
    }

    /// @param mark a paragraph before what she wrote, for the clinician; empty for none
    /// @param text what she wrote, or what her one tap stands for
    /// @param filesMax octets of all files together
    /// @param head empty if there is nobody to write to: then the form is read, and nothing is kept
    public record Opening(
            Optional<WrittenLetter.Head> head, String mark, String text, long filesMax) {
        /// With files up to what a form may hold.
        public Opening(WrittenLetter.Head head, String mark, String text) {
            this(Optional.of(head), mark, text, FORM_OCTETS_MAX);
        }

        /// For a form whose letter goes nowhere.
        public static Opening nowhere(String text) {
            return new Opening(Optional.empty(), "", text, 0);
        }
    }

    /// Why a letter cannot be sent: the key of a text, and what it names.
    public record Problem(String key, String value) {
        static Problem of(String key) {
            return new Problem(key, "");
        }
    }

    /// @param out takes the letter; it is not closed
    public Writing(OutputStream out, Key key, Beginning beginning) {
        this(out, key, FORM_OCTETS_MAX, beginning);
    }

    private Writing(OutputStream out, Key key, long octetsMax, Beginning beginning) {
        this.out = new EnduringOut(out);
        this.letter = new WrittenLetter(this.out, "=_" + random(18));
        this.key = key;
        this.octetsMax = octetsMax;
        this.beginning = beginning;
        this.uploads = new Uploads(letter, digest);
    }

    /// For a stranger's form, which goes nowhere: as much is read as words can be, and these can be
    /// given back.
    public static Writing nowhere() {
        return ofWords(Key.NONE);
    }

    /// For words alone that go nowhere.
    public static Writing ofWords(Key key) {
        return toNobody(key, STRANGER_OCTETS_MAX);
    }

    /// For a form that goes nowhere, of somebody who is in: it is read with its files, so that the
    /// browser gets to see why.
    public static Writing toNobody(Key key) {
        return toNobody(key, FORM_OCTETS_MAX);
    }

    private static Writing toNobody(Key key, long octetsMax) {
        return new Writing(
                OutputStream.nullOutputStream(),
                key,
                octetsMax,
                form -> Opening.nowhere(form.field("text")));
    }

    /// Names one writing, so that sending it twice is noticed.
    public static String newOnce() {
        return random(16);
    }

    /// A Message-ID's left side, the same for the same words under the same name of a writing: if a
    /// stop falls between sending and noting it, and she sends again, the clinic's server sees the
    /// same message twice.
    ///
    /// @param text what she wrote, or what her one tap stands for
    public String id(Address patient, String text) {
        return LookupHash.of("reply-id", patient.key() + " " + field("once") + " " + text)
                .substring(0, 32);
    }

    private static String random(int octets) {
        byte[] bytes = new byte[octets];
        Randomness.shared().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// A small field; empty if it did not come.
    public String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /// Whether files were chosen, which she has to choose again if the form comes back.
    public boolean hasFiles() {
        return files;
    }

    /// Hash of the words and files, once: two writings with the same one say the same.
    ///
    /// @return 64 hexadecimal digits
    public String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Reads the form to its end, and ends the letter.
    ///
    /// @return why it cannot be sent; empty if it can
    /// @throws BadRequest if the form is damaged, or its key is wrong or missing; its words were
    ///   read as far as a stranger's are
    public Optional<Problem> read(WebRequest request) throws IOException {
        try {
            request.parts(() -> known ? octetsMax : STRANGER_OCTETS_MAX, this::take);
        } catch (BadRequest e) {
            if (e.status() != 413) {
                throw e;
            }
            complete = false;
        }
        if (fault != null) {
            throw fault;
        }
        if (!known && !key.equals(Key.NONE)) {
            throw new BadRequest(403, "not a form of ours");
        }
        Optional<Problem> problem = problem();
        if (problem.isEmpty()) {
            letter.end();
        }
        // What cannot be written is no fault of hers: it is told only if nothing else is wrong.
        return problem.isEmpty() && out.hasFailed()
                ? Optional.of(Problem.of("reply.later"))
                : problem;
    }

    private OutputStream take(Part part) throws IOException {
        String filename = part.filename();
        if (filename == null) {
            return fields.size() < FIELDS_MAX
                    ? new Field(part.name())
                    : OutputStream.nullOutputStream();
        }
        if (filename.isEmpty()) {
            // A file field that was left empty comes as an empty file without a name.
            return OutputStream.nullOutputStream();
        }
        files = true;
        // A key behind a file comes too late.
        asked = true;
        if (!known) {
            return OutputStream.nullOutputStream();
        }
        begin();
        return uploads.take(part);
    }

    /// A fault is told when the words have been read, so that they can be given back.
    private void look(String name, String value) {
        if (asked || !name.equals(key.field())) {
            return;
        }
        asked = true;
        try {
            known = key.opens().with(value);
        } catch (IOException e) {
            fault = e;
        }
    }

    private void begin() throws IOException {
        if (!begun) {
            Opening opening = beginning.of(this);
            begun = true;
            text = opening.text();
            uploads.allow(opening.filesMax());
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            if (opening.head().isPresent()) {
                letter.head(opening.head().get());
                letter.text(
                        opening.mark().isEmpty()
                                ? text
                                : opening.mark() + "\n\n" + text.stripLeading());
            }
        }
    }

    private Optional<Problem> problem() throws IOException {
        if (!complete) {
            return Optional.of(Problem.of("reply.big"));
        }
        begin();
        if (uploads.problem().isPresent()) {
            return uploads.problem();
        }
        if (text.isBlank() && uploads.taken() == 0) {
            return Optional.of(Problem.of("reply.empty"));
        }
        return text.length() > TEXT_CHARS_MAX
                ? Optional.of(Problem.of("reply.long"))
                : Optional.empty();
    }

    /// A small field; what is beyond its limit is read and left out.
    private final class Field extends OutputStream {
        private final String name;
        private final ByteArrayOutputStream value = new ByteArrayOutputStream();

        Field(String name) {
            this.name = name;
        }

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) {
            int room = FIELD_OCTETS_MAX - value.size();
            value.write(octets, offset, Math.min(length, room));
        }

        @Override
        public void close() {
            // A browser counts a line end as one character and sends two.
            String text = value.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
            fields.putIfAbsent(name, text);
            look(name, text);
        }
    }
}
