package org.postern.testkit;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/// Pictures as telephones make them, with what they write into them.
public final class Photo {
    /// Stands wherever a place could.
    public static final String SECRET = "GPS 40.4168 -3.7038";

    private Photo() {}

    /// Red on the upper left quarter, blue elsewhere.
    public static byte[] of(String type, int width, int height) throws IOException {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.BLUE);
        pen.fillRect(0, 0, width, height);
        pen.setColor(Color.RED);
        pen.fillRect(0, 0, width / 2, height / 2);
        pen.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(picture, type, out);
        return out.toByteArray();
    }

    /// An Exif segment right behind the beginning of a JPEG: one directory with one field, and the
    /// secret.
    public static byte[] withExif(byte[] jpeg, int held) {
        return withSegment(
                jpeg, 0xE1, join("Exif\0\0".getBytes(StandardCharsets.US_ASCII), tiff(held)));
    }

    /// A segment right behind the beginning of a JPEG.
    public static byte[] withSegment(byte[] jpeg, int code, byte[] body) {
        ByteBuffer all = ByteBuffer.allocate(jpeg.length + 4 + body.length);
        all.put(jpeg, 0, 2).put((byte) 0xFF).put((byte) code).putShort((short) (2 + body.length));
        return all.put(body).put(jpeg, 2, jpeg.length - 2).array();
    }

    /// The same JPEG, drawn so many times over: each scan is there as often.
    public static byte[] drawnAgain(byte[] jpeg, int scans) {
        int begin = jpeg.length - 2;
        while (jpeg[begin] != (byte) 0xFF || jpeg[begin + 1] != (byte) 0xDA) {
            begin--;
        }
        int end = jpeg.length - 2;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, begin);
        for (int i = 0; i < scans; i++) {
            out.write(jpeg, begin, end - begin);
        }
        out.write(jpeg, end, 2);
        return out.toByteArray();
    }

    /// A chunk right behind the size of a PNG.
    public static byte[] withChunk(byte[] png, String type, byte[] body) {
        int head = 8 + 25;
        byte[] named = join(type.getBytes(StandardCharsets.US_ASCII), body);
        CRC32 check = new CRC32();
        check.update(named);
        ByteBuffer all = ByteBuffer.allocate(png.length + named.length + 8);
        all.put(png, 0, head).putInt(body.length).put(named).putInt((int) check.getValue());
        return all.put(png, head, png.length - head).array();
    }

    /// An Exif block: how the camera was held, and the secret.
    public static byte[] tiff(int held) {
        byte[] secret = SECRET.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer tiff = ByteBuffer.allocate(26 + secret.length);
        tiff.put("MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8);
        tiff.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
        return tiff.putShort((short) held).putShort((short) 0).putInt(0).put(secret).array();
    }

    private static byte[] join(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }
}
