package org.postern.texts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Small files of the kinds that are looked through, made by hand.
public final class SampleFiles {
    private SampleFiles() {}

    /// A zip archive.
    ///
    /// @param namesAndTexts name, text, name, text
    public static byte[] zip(String... namesAndTexts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
                zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /// A zip archive with one file of any octets.
    public static byte[] zip(String name, byte[] file) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /// A document of one paragraph for each text.
    public static byte[] docx(String... paragraphs) {
        StringBuilder body = new StringBuilder();
        for (String paragraph : paragraphs) {
            body.append("<w:p><w:r><w:t>").append(paragraph).append("</w:t></w:r></w:p>");
        }
        return zip(
                "[Content_Types].xml",
                "<Types xmlns=\"x\"/>",
                "word/document.xml",
                "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>"
                        + body
                        + "</w:body></w:document>");
    }

    /// A PDF of one page with one line.
    public static byte[] letter(String line) {
        return pdf(page("BT /F1 12 Tf 72 720 Td (" + line + ") Tj ET"));
    }

    /// Objects 2 to 5: one page with this content, and a font F1.
    static String page(String content) {
        return """
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
        3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R
          /Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>>> endobj
        4 0 obj <</Length %d>> stream
        %s
        endstream endobj
        5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
        """
                .formatted(content.length(), content);
    }

    /// @param objects from 2 on, which is the root of the pages
    static byte[] pdf(String objects) {
        String file =
                "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
                        + objects
                        + "trailer <</Root 1 0 R>>\n%%EOF\n";
        return file.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// So many zeros, deflated.
    static byte[] deflated(long zeros) {
        return deflated("", (byte) 0, (int) (zeros >> 20), "");
    }

    /// What a page shows: one string of so many MiB, deflated.
    static byte[] longString(int mib) {
        return deflated("BT /F1 12 Tf (", (byte) 'A', mib, ") Tj ET");
    }

    private static byte[] deflated(String begin, byte octet, int mib, String end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 20];
        Arrays.fill(block, octet);
        try (DeflaterOutputStream deflater =
                new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED))) {
            deflater.write(begin.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < mib; i++) {
                deflater.write(block);
            }
            deflater.write(end.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
