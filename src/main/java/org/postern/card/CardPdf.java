package org.postern.card;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A card as PDF 1.4 (ISO 32000-1): one page of boxes and letters in the two fonts that every
/// reader has, so that nothing is embedded.
public final class CardPdf {
    /// What `WinAnsiEncoding` means (ISO 32000-1, annex D).
    private static final Charset LETTERS = Charset.forName("windows-1252");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Integer> places = new ArrayList<>();

    private CardPdf() {}

    /// @throws IllegalArgumentException if a word has letters that these fonts do not have, such as
    ///   those of Greek or Chinese; the message says so
    public static byte[] of(Card card) {
        return new CardPdf().write(card);
    }

    private byte[] write(Card card) {
        put("%PDF-1.4\n%\u00E2\u00E3\u00CF\u00D3\n");
        object("<< /Type /Catalog /Pages 2 0 R /Lang (en) >>");
        object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        object(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 "
                        + number(CardDrawing.WIDTH)
                        + " "
                        + number(CardDrawing.HEIGHT)
                        + "] /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> /Contents 6 0 R >>");
        object(font("Helvetica"));
        object(font("Helvetica-Bold"));
        String content = content(card);
        object("<< /Length " + content.length() + " >>\nstream\n" + content + "\nendstream");
        object("<< /Title " + string(card.clinic() + ": " + card.typed()) + " >>");
        int table = out.size();
        put("xref\n0 " + (places.size() + 1) + "\n0000000000 65535 f \n");
        for (int place : places) {
            put(String.format(Locale.ROOT, "%010d 00000 n \n", place));
        }
        put(
                "trailer\n<< /Size "
                        + (places.size() + 1)
                        + " /Root 1 0 R /Info 7 0 R >>\nstartxref\n"
                        + table
                        + "\n%%EOF\n");
        return out.toByteArray();
    }

    private static String font(String name) {
        return "<< /Type /Font /Subtype /Type1 /BaseFont /"
                + name
                + " /Encoding /WinAnsiEncoding >>";
    }

    private static String content(Card card) {
        StringBuilder content = new StringBuilder();
        for (Mark mark : CardDrawing.of(card)) {
            switch (mark) {
                case Mark.Box box ->
                        content.append(colour(box.colour()))
                                .append(number(box.x()))
                                .append(' ')
                                .append(number(CardDrawing.HEIGHT - box.y() - box.height()))
                                .append(' ')
                                .append(number(box.width()))
                                .append(' ')
                                .append(number(box.height()))
                                .append(" re f\n");
                case Mark.Line line -> content.append(line(line));
            }
        }
        return content.toString();
    }

    private static String line(Mark.Line line) {
        double left = line.x() - Helvetica.width(line.text(), line.type()) / 2;
        return "BT "
                + colour(line.type().colour())
                + (line.type().bold() ? "/F2 " : "/F1 ")
                + number(line.type().size())
                + " Tf "
                + number(left)
                + " "
                + number(CardDrawing.HEIGHT - line.y())
                + " Td "
                + string(line.text())
                + " Tj ET\n";
    }

    private static String colour(String colour) {
        StringBuilder parts = new StringBuilder();
        for (int i = 1; i < 7; i += 2) {
            parts.append(number(Integer.parseInt(colour, i, i + 2, 16) / 255.0)).append(' ');
        }
        return parts.append("rg ").toString();
    }

    /// A string in hexadecimal, so that nothing in it needs an escape (ISO 32000-1 §7.3.4.3).
    private static String string(String text) {
        try {
            ByteBuffer octets = LETTERS.newEncoder().encode(CharBuffer.wrap(text));
            StringBuilder string = new StringBuilder("<");
            while (octets.hasRemaining()) {
                string.append("%02X".formatted(octets.get()));
            }
            return string.append('>').toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has letters that the fonts of a PDF do not have", e);
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private void object(String body) {
        places.add(out.size());
        put(places.size() + " 0 obj\n" + body + "\nendobj\n");
    }

    private void put(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
