package org.postern.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.http.WebResponse;
import org.postern.mail.Content;

/// Style sheet, script and faces, under names made of their own hash: a browser keeps them for
/// good, and a changed one has a new name.
public final class StaticFiles {
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final int HASH_CHARS = 24;

    /// More faces than any clinic has; beyond it a face is not shown.
    private static final int FILES_MAX = 2_000;

    private static final int FACE_OCTETS_MAX = 200 * 1024;

    /// Of a photo that stands in the page itself.
    private static final int INLINE_OCTETS_MAX = 12 * 1024;

    private final Map<String, File> files = new ConcurrentHashMap<>();
    private final String css;
    private final String script;

    private record File(String type, Content content) {}

    public StaticFiles(Palette palette) {
        css = keep(".css", "text/css; charset=utf-8", palette.css() + resource("page.css"));
        script = keep(".js", "text/javascript; charset=utf-8", resource("page.js"));
    }

    /// Path of the style sheet.
    public String css() {
        return css;
    }

    /// Path of the script.
    public String script() {
        return script;
    }

    /// Path of a clinician's photo; empty if there is none that a page may show.
    public Optional<String> face(Clinician clinician) throws IOException {
        return photo(clinician).map(it -> keep(it.ending(), it.type(), it.octets()));
    }

    /// The photo itself where it is small, as the address of a picture: a page that is mostly seen
    /// once then asks for one thing less. Else its path.
    Optional<String> smallFace(Clinician clinician) throws IOException {
        return photo(clinician)
                .map(it ->
                        it.octets().length <= INLINE_OCTETS_MAX
                                ? "data:"
                                        + it.type()
                                        + ";base64,"
                                        + Base64.getEncoder().encodeToString(it.octets())
                                : keep(it.ending(), it.type(), it.octets()));
    }

    @SuppressWarnings("ArrayRecordComponent") // It does not leave this class.
    private record Photo(String ending, String type, byte[] octets) {}

    private static Optional<Photo> photo(Clinician clinician) throws IOException {
        if (clinician.photo().isEmpty() || clinician.photo().get().size() > FACE_OCTETS_MAX) {
            return Optional.empty();
        }
        byte[] octets;
        try (InputStream in = clinician.photo().get().open()) {
            octets = in.readNBytes(FACE_OCTETS_MAX);
        }
        if (octets.length > 8 && octets[0] == (byte) 0x89 && octets[1] == 'P') {
            return Optional.of(new Photo(".png", "image/png", octets));
        }
        if (octets.length > 8 && octets[0] == (byte) 0xFF && octets[1] == (byte) 0xD8) {
            return Optional.of(new Photo(".jpg", "image/jpeg", octets));
        }
        return Optional.empty();
    }

    /// @param name the last segment of the path
    public Optional<WebResponse> find(String name) {
        File file = files.get("/s/" + name);
        if (file == null) {
            return Optional.empty();
        }
        Content content = file.content();
        return Optional.of(
                WebResponse.stream(file.type(), content)
                        .withLength(content.size())
                        .with("Cache-Control", FOREVER));
    }

    private String keep(String ending, String type, String text) {
        return keep(ending, type, text.getBytes(StandardCharsets.UTF_8));
    }

    private String keep(String ending, String type, byte[] octets) {
        String path = "/s/" + hash(octets) + ending;
        if (files.size() < FILES_MAX) {
            files.putIfAbsent(path, new File(type, Content.of(octets)));
        }
        return path;
    }

    private static String hash(byte[] octets) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(octets);
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = StaticFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the file " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
