package org.postern.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.testkit.Photo;

class BarePictureTest {
    private static final Path FACE = Path.of("policy-config/photos/anna-reyes.png");

    /// Where cameras and programs write places, names and comments into a JPEG.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "E1 http://ns.adobe.com/xap/1.0/\0<x/>",
                "E1 something",
                "E0 JFXX\0",
                "E2 MPF\0",
                "E2 FPXR\0",
                "E3 Meta",
                "E7 x",
                "EC Ducky",
                "ED Photoshop 3.0\0",
                "EF x",
                "FE ",
                "F0 x",
                "FD x",
                "02 x"
            })
    void nothingOfAJpegGoesOnThatNobodyNeeds(String segment) throws IOException {
        byte[] plain = Photo.of("jpeg", 64, 48);
        byte[] body = (segment.substring(3) + Photo.SECRET).getBytes(StandardCharsets.ISO_8859_1);
        byte[] told = Photo.withSegment(plain, Integer.parseInt(segment.substring(0, 2), 16), body);
        assertArrayEquals(plain, bare("image/jpeg", told, 7).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"E2 ICC_PROFILE\0", "EE Adobe"})
    void coloursOfAJpegStay(String segment) throws IOException {
        byte[] body = (segment.substring(3) + "01234567").getBytes(StandardCharsets.ISO_8859_1);
        int code = Integer.parseInt(segment.substring(0, 2), 16);
        byte[] told = Photo.withSegment(Photo.of("jpeg", 64, 48), code, body);
        assertArrayEquals(told, bare("image/jpeg", told, 4096).orElseThrow());
    }

    /// T16: each scan goes over the whole picture, however short it is.
    @Test
    void aJpegOfVeryManyScansIsABomb() throws IOException {
        byte[] plain = Photo.of("jpeg", 16, 16);
        byte[] most = Photo.drawnAgain(plain, 100);
        assertArrayEquals(most, bare("image/jpeg", most, 100).orElseThrow());
        assertTrue(BarePicture.hasFewScans(most));
        byte[] bomb = Photo.drawnAgain(plain, 101);
        assertTrue(bare("image/jpeg", bomb, 100).isEmpty());
        assertFalse(BarePicture.hasFewScans(bomb));
    }

    /// A small picture shows what was cut away from the large one.
    @Test
    void theSmallPictureOfAJpegGoes() throws IOException {
        byte[] plain = Photo.of("jpeg", 64, 48);
        int jfif = latin(plain).indexOf("JFIF");
        assertEquals(6, jfif);
        byte[] without = Arrays.copyOfRange(plain, 20, plain.length);
        byte[] head = Arrays.copyOfRange(plain, 6, 20);
        byte[] small = Arrays.copyOf(head, 14 + 3 * 2 * 2);
        small[12] = 2;
        small[13] = 2;
        Arrays.fill(small, 14, small.length, (byte) 'S');
        byte[] start = {(byte) 0xFF, (byte) 0xD8};
        byte[] told = Photo.withSegment(join(start, without), 0xE0, small);
        assertArrayEquals(plain, bare("image/jpeg", told, 3).orElseThrow());
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] latin(String octets) {
        return octets.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Where programs write comments, texts and places into a GIF; behind the colours of its
    /// screen.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "!\u00FE",
                "!\u00FF\u000BXMP DataXMP",
                "!\u00FF\u000BICCRGBG1012",
                "!\u0001\u000C\0\0\0\0\0\0\0\0\0\0\0\0",
                "!\u00F9\u0004\0\0\0\0\0!\u0001\u000C\0\0\0\0\0\0\0\0\0\0\0\0",
                "!\u00AB",
                "!\u00FF\u000BNETSCAPE2.0\u0003\u0002\0\0"
            })
    void nothingOfAGifGoesOnThatNobodyNeeds(String block) throws IOException {
        byte[] plain = Photo.of("gif", 64, 48);
        byte[] secret = latin(block + (char) Photo.SECRET.length() + Photo.SECRET + "\0");
        assertArrayEquals(plain, bare("image/gif", intoGif(plain, secret), 5).orElseThrow());
    }

    private static byte[] intoGif(byte[] gif, byte[] block) {
        int behind = 13 + ((gif[10] & 0x80) == 0 ? 0 : 3 << ((gif[10] & 7) + 1));
        return join(Arrays.copyOf(gif, behind), block, Arrays.copyOfRange(gif, behind, gif.length));
    }

    /// How long a picture stands, and how often a film is shown.
    @Test
    void theTimesOfAGifStay() throws IOException {
        byte[] again = latin("!\u00FF\u000BNETSCAPE2.0\u0003\u0001\0\0\0");
        byte[] time = latin("!\u00F9\u0004\u00042\0\0\0");
        byte[] film = intoGif(Photo.of("gif", 64, 48), join(again, time));
        assertArrayEquals(film, bare("image/gif", film, 1).orElseThrow());
        assertArrayEquals(film, bare("image/gif", film, 999).orElseThrow());
    }

    /// A lossless picture of one point, as encoders write it.
    private static final byte[] DRAWING =
            latin("VP8L\r\0\0\0/\0\0\0\u0010\u0007\u0010\u0011\u0011\u0088\u0088\u00FE\u0007\0");

    private static byte[] webp(byte[]... chunks) {
        byte[] all = join(chunks);
        ByteBuffer file = ByteBuffer.allocate(12 + all.length).order(ByteOrder.LITTLE_ENDIAN);
        return file.put(latin("RIFF")).putInt(4 + all.length).put(latin("WEBP")).put(all).array();
    }

    private static byte[] chunk(String type, byte[] data) {
        int padded = data.length + data.length % 2;
        ByteBuffer all = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        return all.put(latin(type)).putInt(data.length).put(data).array();
    }

    @Test
    void nothingOfAWebpGoesOnThatNobodyNeeds() throws IOException {
        byte[] plain = webp(DRAWING);
        assertArrayEquals(plain, bare("image/webp", plain, 1).orElseThrow());
        byte[] size = chunk("VP8X", latin("\u000C\0\0\0\0\0\0\0\0\0"));
        byte[] bareSize = chunk("VP8X", latin("\u0008\0\0\0\0\0\0\0\0\0"));
        byte[] secret = latin(Photo.SECRET);
        byte[] nothing = chunk("JUNK", new byte[secret.length]);
        byte[] turned = Arrays.copyOf(ExifTurn.block(6), Photo.tiff(6).length);
        byte[] named = join(latin("Exif\0\0"), Photo.tiff(6));
        byte[] told =
                webp(
                        size,
                        DRAWING,
                        chunk("EXIF", Photo.tiff(6)),
                        chunk("EXIF", named),
                        chunk("XMP ", secret),
                        chunk("GPS!", secret));
        byte[] wanted =
                webp(
                        bareSize,
                        DRAWING,
                        chunk("EXIF", turned),
                        chunk("EXIF", Arrays.copyOf(ExifTurn.block(6), named.length)),
                        nothing,
                        nothing);
        for (int step : List.of(1, 7, 999)) {
            assertArrayEquals(wanted, bare("image/webp", told, step).orElseThrow());
            assertArrayEquals(wanted, bare("image/webp", join(told, secret), step).orElseThrow());
        }
        assertArrayEquals(wanted, bare("image/webp", wanted, 10).orElseThrow(), "a second time");
    }

    /// The frames of a film hold chunks of their own.
    @Test
    void theFramesOfAWebpAreLookedInto() throws IOException {
        byte[] secret = latin(Photo.SECRET);
        byte[] head = new byte[16];
        byte[] frame = chunk("ANMF", join(head, DRAWING, chunk("GPS!", secret)));
        byte[] bareFrame =
                chunk("ANMF", join(head, DRAWING, chunk("JUNK", new byte[secret.length])));
        byte[] film = webp(chunk("ANIM", new byte[6]), frame);
        assertArrayEquals(
                webp(chunk("ANIM", new byte[6]), bareFrame),
                bare("image/webp", film, 9).orElseThrow());
    }

    @Test
    void aBrokenGifOrWebpIsToldSo() throws IOException {
        byte[] gif = Photo.of("gif", 64, 48);
        bad("image/gif", latin(gif).replace("GIF89a", "GIF88a"));
        bad("image/gif", latin(gif).substring(0, 20));
        bad("image/gif", latin(intoGif(gif, latin("x"))));
        bad("image/gif", latin(intoGif(gif, latin(";")))); // an end without a drawing
        byte[] wide = gif.clone();
        ByteBuffer.wrap(wide).putShort(6, (short) -1).putShort(8, (short) -1);
        bad("image/gif", latin(wide)); // T16
        bad("image/webp", latin(webp()));
        bad("image/webp", latin(webp(DRAWING)).replace("VP8L", "VP8K"));
        bad("image/webp", latin(webp(DRAWING)).replace("WEBP", "WAVE"));
        bad("image/webp", latin(webp(DRAWING)).substring(0, 22));
        byte[] beyond = webp(DRAWING);
        beyond[4] = (byte) (beyond[4] - 2);
        bad("image/webp", latin(beyond));
        byte[] huge = latin("\0\0\0\0\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF");
        bad("image/webp", latin(webp(chunk("VP8X", huge), DRAWING))); // T16
    }

    /// Phones store photos lying: the turn stays, the place goes.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 8, 9})
    void theTurnOfAJpegStays(int held) throws IOException {
        byte[] plain = Photo.of("jpeg", 64, 48);
        byte[] bare = bare("image/jpeg", Photo.withExif(plain, held), 1).orElseThrow();
        assertFalse(latin(bare).contains("GPS"));
        boolean turned = held == 3 || held == 6 || held == 8;
        assertEquals(turned, latin(bare).contains("Exif"));
        assertArrayEquals(pixels(plain), pixels(bare));
        assertArrayEquals(bare, bare("image/jpeg", bare, 100).orElseThrow(), "a second time");
        if (turned) {
            int block = latin(bare).indexOf("MM");
            assertEquals(held, ExifTurn.of(ByteBuffer.wrap(bare, block, 26).slice()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tEXt", "zTXt", "iTXt", "tIME", "vpAg", "zzZz"})
    void nothingOfAPngGoesOnThatNobodyNeeds(String chunk) throws IOException {
        byte[] plain = Photo.of("png", 64, 48);
        byte[] told =
                Photo.withChunk(plain, chunk, Photo.SECRET.getBytes(StandardCharsets.US_ASCII));
        assertArrayEquals(plain, bare("image/png", told, 5).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6})
    void theTurnOfAPngStays(int held) throws IOException {
        byte[] plain = Photo.of("png", 64, 48);
        byte[] bare =
                bare("image/png", Photo.withChunk(plain, "eXIf", Photo.tiff(held)), 3)
                        .orElseThrow();
        assertFalse(latin(bare).contains("GPS"));
        assertEquals(held == 6, latin(bare).contains("eXIf"));
        assertArrayEquals(pixels(plain), pixels(bare));
        assertArrayEquals(bare, bare("image/png", bare, 100).orElseThrow(), "a second time");
    }

    /// Telephones hang films and second pictures behind the end, with places of their own.
    @Test
    void whatStandsBehindTheEndGoes() throws IOException {
        byte[] second = Photo.withExif(Photo.of("jpeg", 8, 8), 6);
        for (String type : List.of("jpeg", "png")) {
            byte[] plain = Photo.of(type, 64, 48);
            byte[] both = Arrays.copyOf(plain, plain.length + second.length);
            System.arraycopy(second, 0, both, plain.length, second.length);
            assertArrayEquals(plain, bare("image/" + type, both, 999).orElseThrow());
        }
    }

    @Test
    void aRealPictureStaysAsItLooks() throws IOException {
        byte[] face = Files.readAllBytes(FACE);
        assertArrayEquals(pixels(face), pixels(bare("image/png", face, 8192).orElseThrow()));
    }

    /// What is not built as it says is no picture, and nothing more of it goes on.
    @Test
    void whatIsBrokenIsToldSo() throws IOException {
        byte[] jpeg = Photo.of("jpeg", 64, 48);
        byte[] png = Photo.of("png", 64, 48);
        bad("image/jpeg", "\u00FF\u00D8\u00FFgarbage");
        bad("image/jpeg", "\u00FF\u00D8\u00FF\u00D9"); // an end without a drawing
        bad("image/jpeg", "\u00FF\u00D8\u00FF\u00D8"); // a start within
        bad("image/jpeg", "\u00FF\u00D8\u00FF\u00E1\0\1"); // shorter than its own length
        bad("image/jpeg", "\u00FF\u00D8\u00FF\u00DA\0\2x"); // a drawing without a size
        bad("image/jpeg", "");
        bad("image/jpeg", latin(jpeg).substring(0, 40));
        bad("image/jpeg", latin(png));
        bad("image/png", latin(jpeg));
        bad("image/png", latin(png).substring(0, 20));
        bad("image/png", latin(png).replace("IDAT", "IDOT")); // who does not know it cannot draw
        bad("image/png", latin(png).replace("IHDR", "ihdr"));
        bad("image/png", latin(png).replace("IDAT", "id@t"));
        byte[] bomb = png.clone();
        ByteBuffer.wrap(bomb).putInt(16, 50_000).putInt(20, 50_000);
        bad("image/png", latin(bomb)); // T16
        int frame = latin(jpeg).indexOf("\u00FF\u00C0");
        byte[] wide = jpeg.clone();
        ByteBuffer.wrap(wide).putShort(frame + 5, (short) 50_000).putShort(frame + 7, (short) -1);
        bad("image/jpeg", latin(wide));
    }

    @Test
    void otherTypesAreNotLookedInto() {
        assertTrue(BarePicture.of("image/heic", OutputStream.nullOutputStream()).isEmpty());
        assertTrue(BarePicture.of("application/pdf", OutputStream.nullOutputStream()).isEmpty());
    }

    /// Octets changed, lost and doubled anywhere: an answer, and never the secret.
    @Test
    void noDamageLetsAPlaceThrough() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        byte[] jpeg = Photo.withExif(Photo.of("jpeg", 32, 32), 6);
        byte[] png = Photo.withChunk(Photo.of("png", 32, 32), "eXIf", Photo.tiff(6));
        byte[] gif =
                intoGif(
                        Photo.of("gif", 32, 32),
                        latin("!\u00FE" + (char) Photo.SECRET.length() + Photo.SECRET + "\0"));
        byte[] webp = webp(DRAWING, chunk("EXIF", Photo.tiff(6)));
        List<String> types = List.of("image/jpeg", "image/png", "image/gif", "image/webp");
        List<byte[]> files = List.of(jpeg, png, gif, webp);
        for (int i = 0; i < 6_000; i++) {
            byte[] damaged = files.get(i % 4).clone();
            // The mark of the part itself stays: without it the octets are another file.
            int secret = latin(damaged).indexOf(Photo.SECRET);
            int from = List.of(10, 41, secret, webp.length - Photo.tiff(6).length).get(i % 4);
            for (int j = 0; j < 3; j++) {
                int at = from + random.nextInt(damaged.length - from);
                damaged[at] = (byte) random.nextInt(256);
            }
            Optional<byte[]> bare = bare(types.get(i % 4), damaged, 1 + random.nextInt(50));
            assertFalse(bare.isPresent() && latin(bare.get()).contains(Photo.SECRET));
        }
    }

    private static void bad(String type, String octets) throws IOException {
        byte[] file = octets.getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(bare(type, file, 11).isEmpty(), octets);
    }

    private static Optional<byte[]> bare(String type, byte[] file, int step) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BarePicture picture = BarePicture.of(type, out).orElseThrow();
        for (int at = 0; at < file.length; at += step) {
            picture.write(file, at, Math.min(step, file.length - at));
        }
        picture.close();
        return picture.isWhole() ? Optional.of(out.toByteArray()) : Optional.empty();
    }

    private static int[] pixels(byte[] file) throws IOException {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(file));
        return read.getRGB(0, 0, read.getWidth(), read.getHeight(), null, 0, read.getWidth());
    }

    private static String latin(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
