package org.postern.writing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.http.Disposition;
import org.postern.http.FormParts.Part;
import org.postern.mime.FileName;
import org.postern.picture.BarePicture;

/// The files of a letter: only kinds that a clinic expects, and only if their first octets agree.
/// Photos go on without the place where they were taken; one that cannot be read so far is refused,
/// because the page says that the place is removed.
final class Uploads {
    static final int FILES_MAX = 10;

    /// Octets that tell what a file is.
    private static final int MAGIC_OCTETS = 16;

    private static final String DOCX =
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    /// Type by ending. The browser's own word is not asked.
    private static final Map<String, String> TYPES =
            Map.of(
                    "pdf", "application/pdf",
                    "jpg", "image/jpeg",
                    "jpeg", "image/jpeg",
                    "png", "image/png",
                    "gif", "image/gif",
                    "webp", "image/webp",
                    "heic", "image/heic",
                    "txt", "text/plain; charset=utf-8",
                    "docx", DOCX);

    private final WrittenLetter letter;
    private final MessageDigest digest;
    private long room;
    private int taken;
    private Writing.@Nullable Problem problem;

    /// @param digest takes the names and octets of all files
    Uploads(WrittenLetter letter, MessageDigest digest) {
        this.letter = letter;
        this.digest = digest;
    }

    /// @param octets of all files together
    void allow(long octets) {
        room = octets;
    }

    int taken() {
        return taken;
    }

    Optional<Writing.Problem> problem() {
        return Optional.ofNullable(problem);
    }

    /// Takes one file of the form. What cannot be taken is read and thrown away, so that the
    /// browser gets to see why.
    OutputStream take(Part part) {
        String name = Disposition.clean(Optional.ofNullable(part.filename()).orElse(""));
        String type = TYPES.get(FileName.ending(name));
        if (problem == null && type == null) {
            problem = new Writing.Problem("reply.type", name);
        }
        if (problem == null && taken >= FILES_MAX) {
            problem = new Writing.Problem("reply.many", "");
        }
        // A name between zeros keeps the octets of one file apart from those of the next.
        digest.update(("\0" + name + "\0").getBytes(StandardCharsets.UTF_8));
        return problem != null || type == null
                ? OutputStream.nullOutputStream()
                : new Judged(name, type);
    }

    /// Holds the first octets back until they have said what the file is.
    private final class Judged extends OutputStream {
        private final String name;
        private final String type;
        private final ByteArrayOutputStream first = new ByteArrayOutputStream();
        private @Nullable OutputStream out;
        private @Nullable BarePicture picture;

        Judged(String name, String type) {
            this.name = name;
            this.type = type;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            digest.update(octets, offset, length);
            room -= length;
            if (room < 0) {
                if (problem == null) {
                    problem = Writing.Problem.of("reply.big.here");
                }
                out = OutputStream.nullOutputStream();
            }
            if (out != null) {
                out.write(octets, offset, length);
                return;
            }
            first.write(octets, offset, length);
            if (first.size() >= MAGIC_OCTETS) {
                begin();
            }
        }

        @Override
        public void close() throws IOException {
            if (out == null && first.size() > 0) {
                begin();
            }
            if (out != null) {
                out.close();
            }
            if (picture != null && !picture.isWhole() && problem == null) {
                problem = new Writing.Problem("reply.picture", name);
            }
        }

        private void begin() throws IOException {
            if (!agrees(type, first.toByteArray())) {
                problem = new Writing.Problem("reply.type", name);
                out = OutputStream.nullOutputStream();
                return;
            }
            taken++;
            OutputStream file = letter.file(type, name);
            picture = BarePicture.of(type, file).orElse(null);
            out = picture == null ? file : picture;
            first.writeTo(out);
        }
    }

    private static boolean agrees(String type, byte[] octets) {
        String begin = new String(octets, StandardCharsets.ISO_8859_1);
        return switch (type) {
            case "application/pdf" -> begin.startsWith("%PDF-");
            case "image/jpeg" -> begin.startsWith("\u00FF\u00D8\u00FF");
            case "image/png" -> begin.startsWith("\u0089PNG\r\n");
            case "image/gif" -> begin.startsWith("GIF8");
            case "image/webp" -> begin.startsWith("RIFF") && begin.startsWith("WEBP", 8);
            case "image/heic" -> begin.startsWith("ftyp", 4);
            case "text/plain; charset=utf-8" -> begin.indexOf(0) < 0;
            default -> begin.startsWith("PK\u0003\u0004");
        };
    }
}
