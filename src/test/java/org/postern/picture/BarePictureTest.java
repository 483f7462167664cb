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
        for (int i = 0; i < 3_000; i++) {
            boolean first = i % 2 == 0;
            byte[] damaged = (first ? jpeg : png).clone();
            // The mark of the part itself stays: without it the octets are another file.
            int from = first ? 10 : 41;
            for (int j = 0; j < 3; j++) {
                int at = from + random.nextInt(damaged.length - from);
                damaged[at] = (byte) random.nextInt(256);
            }
            Optional<byte[]> bare =
                    bare(first ? "image/jpeg" : "image/png", damaged, 1 + random.nextInt(50));
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
