package org.postern.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.testkit.Photo;

class ThumbnailTest {
    @ParameterizedTest
    @CsvSource({"png,4000,3000,480,360", "jpeg,3000,4000,360,480", "png,30,20,30,20"})
    void isSmallAndOfTheSameShape(String type, int width, int height, int across, int down)
            throws IOException {
        BufferedImage small = read(Thumbnail.of(in(Photo.of(type, width, height))).orElseThrow());
        assertEquals(across, small.getWidth());
        assertEquals(down, small.getHeight());
        assertEquals("red", corner(small, 0.1, 0.1));
        assertEquals("blue", corner(small, 0.9, 0.9));
    }

    /// Where red comes to lie when a camera was held so.
    @ParameterizedTest
    @CsvSource({
        "1,480,240,0.1,0.1",
        "2,480,240,0.9,0.1",
        "3,480,240,0.9,0.9",
        "4,480,240,0.1,0.9",
        "5,240,480,0.1,0.1",
        "6,240,480,0.9,0.1",
        "7,240,480,0.9,0.9",
        "8,240,480,0.1,0.9",
        "9,480,240,0.1,0.1"
    })
    void standsUpright(int held, int across, int down, double x, double y) throws IOException {
        byte[] turned = Photo.withExif(Photo.of("jpeg", 960, 480), held);
        BufferedImage small = read(Thumbnail.of(in(turned)).orElseThrow());
        assertEquals(across, small.getWidth());
        assertEquals(down, small.getHeight());
        assertEquals("red", corner(small, x, y));
    }

    @Test
    void nothingButTheLookGoesOn() throws IOException {
        byte[] told = Photo.withExif(Photo.of("jpeg", 100, 100), 1);
        assertTrue(latin(told).contains(Photo.SECRET));
        assertFalse(latin(Thumbnail.of(in(told)).orElseThrow()).contains(Photo.SECRET));
    }

    /// T16: what it says of itself is a square of 50,000, in a file of some octets.
    @Test
    void aBombIsNotDecoded() throws IOException {
        byte[] bomb = Photo.of("png", 8, 8);
        ByteBuffer.wrap(bomb).putInt(16, 50_000).putInt(20, 50_000);
        assertTrue(Thumbnail.of(in(bomb)).isEmpty());
    }

    /// T16: it would keep a decoder busy for minutes.
    @Test
    void aPictureOfVeryManyScansIsNotDecoded() throws IOException {
        byte[] plain = Photo.of("jpeg", 64, 64);
        assertTrue(Thumbnail.of(in(Photo.drawnAgain(plain, 1))).isPresent());
        assertTrue(Thumbnail.of(in(Photo.drawnAgain(plain, 101))).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "GIF89a", "%PDF-1.7", "<svg xmlns='x'/>", "\u00FF\u00D8\u00FFgarbage"})
    void anythingElseHasNone(String file) throws IOException {
        assertTrue(Thumbnail.of(in(file.getBytes(StandardCharsets.ISO_8859_1))).isEmpty());
    }

    @Test
    void aFileCutAnywhereIsNoFault() throws IOException {
        byte[] whole = Photo.withExif(Photo.of("jpeg", 64, 64), 6);
        for (int length = 0; length < whole.length; length += 3) {
            var _ = Thumbnail.of(in(Arrays.copyOf(whole, length)));
        }
    }

    private static String corner(BufferedImage picture, double x, double y) {
        Color color =
                new Color(
                        picture.getRGB(
                                (int) (x * picture.getWidth()), (int) (y * picture.getHeight())));
        return color.getRed() > color.getBlue() ? "red" : "blue";
    }

    private static BufferedImage read(byte[] octets) throws IOException {
        return ImageIO.read(in(octets));
    }

    private static ByteArrayInputStream in(byte[] octets) {
        return new ByteArrayInputStream(octets);
    }

    private static String latin(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
