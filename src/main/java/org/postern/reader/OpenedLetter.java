package org.postern.reader;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Content;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.Letter;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;

/// A letter opened for one reader: its words made safe, its files, its original look.
public final class OpenedLetter {
    /// Octets of one picture inside the text, decoded.
    private static final int PICTURE_OCTETS_MAX = 1024 * 1024;

    /// Octets of all pictures of one letter.
    private static final int PICTURES_OCTETS_MAX = 3 * 1024 * 1024;

    private final Letter letter;
    private final MimeIndex index;

    private OpenedLetter(Letter letter, MimeIndex index) {
        this.letter = letter;
        this.index = index;
    }

    /// @throws MimeException if the content breaks a limit and is not read
    public static OpenedLetter of(Content content) throws IOException, MimeException {
        MimeIndex index = MimeIndex.of(content);
        return new OpenedLetter(Letter.of(index, content), index);
    }

    /// The subject, decoded, on one line; empty if there is none.
    public String subject() {
        String raw = index.header().first("Subject").map(HeaderField::body).orElse("");
        return EncodedWords.decode(raw).replaceAll("\\p{Cntrl}+", " ").strip();
    }

    /// The words of the letter.
    ///
    /// @return empty if there is a text that is not shown, being too long or too slow to clean
    public Optional<SafeHtml> words(ReaderView view) throws IOException {
        try {
            if (letter.html().isPresent()) {
                Optional<SafeHtml> clean =
                        view.ofHtml(letter.text(letter.html().get()), new Pictures());
                if (clean.isPresent()) {
                    return clean;
                }
            }
            if (letter.plain().isPresent()) {
                return Optional.of(view.ofText(letter.text(letter.plain().get())));
            }
        } catch (MimeException e) {
            return Optional.empty();
        }
        return letter.html().isPresent() ? Optional.empty() : Optional.of(new SafeHtml(""));
    }

    /// Whether there is a look of its own.
    public boolean hasLook() {
        return letter.html().isPresent();
    }

    /// The document for [OriginalLook#POLICY].
    public Optional<String> look() throws IOException {
        try {
            return letter.html().isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            OriginalLook.document(
                                    letter.text(letter.html().get()), new Pictures()));
        } catch (MimeException e) {
            return Optional.empty();
        }
    }

    /// What is attached, in its order.
    public List<MimePart> files() {
        return letter.attachments();
    }

    /// The decoded octets of a file; the caller closes the stream.
    public InputStream open(MimePart file) throws IOException {
        return letter.decoded(file);
    }

    /// The letter's own pictures, as long as they are small and are what browsers draw safely.
    private final class Pictures implements InlineImages {
        private int left = PICTURES_OCTETS_MAX;

        @Override
        public Optional<String> dataUri(String contentId) {
            Optional<MimePart> part = letter.inline(contentId);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            byte[] octets;
            try (InputStream in = letter.decoded(part.get())) {
                octets = in.readNBytes(Math.min(left, PICTURE_OCTETS_MAX) + 1);
            } catch (IOException e) {
                return Optional.empty();
            }
            if (octets.length > Math.min(left, PICTURE_OCTETS_MAX)) {
                return Optional.empty();
            }
            left -= octets.length;
            return pictureType(octets)
                    .map(type ->
                            "data:"
                                    + type
                                    + ";base64,"
                                    + Base64.getEncoder().encodeToString(octets));
        }
    }

    /// What the first octets say, whatever the part's field says.
    static Optional<String> pictureType(byte[] octets) {
        if (begins(octets, 0x89, 'P', 'N', 'G')) {
            return Optional.of("image/png");
        }
        if (begins(octets, 0xFF, 0xD8, 0xFF)) {
            return Optional.of("image/jpeg");
        }
        return begins(octets, 'G', 'I', 'F', '8') ? Optional.of("image/gif") : Optional.empty();
    }

    private static boolean begins(byte[] octets, int... magic) {
        byte[] wanted = new byte[magic.length];
        for (int i = 0; i < magic.length; i++) {
            wanted[i] = (byte) magic[i];
        }
        return octets.length >= wanted.length
                && Arrays.equals(octets, 0, wanted.length, wanted, 0, wanted.length);
    }
}
