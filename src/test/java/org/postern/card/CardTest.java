package org.postern.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.NotFoundException;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.language.Language;
import org.postern.testkit.PatientBrowser;

/// The code on a card is read by another library, from the octets that were written.
class CardTest {
    private static final int PIXELS_PER_POINT = 3;
    private static final Path PICTURES = Path.of("target/screens");

    private static final Pattern SVG_BOX =
            Pattern.compile(
                    "<rect x=\"([0-9.]+)\" y=\"([0-9.]+)\" width=\"([0-9.]+)\" height=\"([0-9.]+)\""
                            + " fill=\"(#[0-9a-f]{6})\"/>");
    private static final Pattern PDF_BOX =
            Pattern.compile(
                    "([0-9.]+) ([0-9.]+) ([0-9.]+) rg"
                            + " ([0-9.]+) ([0-9.]+) ([0-9.]+) ([0-9.]+) re f");

    private static Card card(String url) {
        return new Card(
                "Dra. María Núñez Ibáñez",
                "Medicina familiar",
                "Maple Street Clinic",
                "+1 555 0100",
                "In an emergency call 911.",
                Language.ENGLISH,
                "#0a6c74",
                url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://m.ex/to/a1",
                "https://mail.mapleclinic.example/to/anna-reyes",
                "https://messages.the-maple-street-clinic-of-springfield.example:8443/to/"
                        + "the-nurses-and-doctors-of-maple-street0"
            })
    void aCameraReadsTheAddress(String url) throws ReaderException {
        assertEquals(url, read(drawn(text(CardSvg.of(card(url))), SVG_BOX, false)));
        assertEquals(url, read(drawn(text(CardPdf.of(card(url))), PDF_BOX, true)));
    }

    /// The test can fail: without the dark boxes nothing is read.
    @Test
    void aCardWithoutItsCodeIsNotRead() {
        String url = "https://mail.mapleclinic.example/to/anna-reyes";
        String without = text(CardSvg.of(card(url))).replace("#000000", "#ffffff");
        assertThrows(NotFoundException.class, () -> read(drawn(without, SVG_BOX, false)));
    }

    @Test
    void bothLanguagesStandOnIt() {
        String svg =
                text(CardSvg.of(card("https://mail.clinic.example/to/dr-nunez")))
                        .replaceAll("<[^>]+>", " ")
                        .replaceAll("\\s+", " ");
        for (String words :
                new String[] {
                    "Write to Dra. María Núñez Ibáñez",
                    "Escriba a Dra. María Núñez Ibáñez",
                    "mail.clinic.example/to/dr-nunez",
                    "In an emergency call 911.",
                    "llame al 911",
                    "+1 555 0100"
                }) {
            assertTrue(svg.contains(words), words);
        }
    }

    @Test
    void lettersOfThePdfAreLatin() {
        String pdf = text(CardPdf.of(card("https://mail.clinic.example/to/dr-nunez")));
        // "Núñez" in windows-1252.
        assertTrue(pdf.contains("4EFAF1657A"), "ú and ñ");
        Card greek =
                new Card(
                        "Δρ. Άννα",
                        "",
                        "Clinic",
                        "+1",
                        "",
                        Language.ENGLISH,
                        "#0a6c74",
                        "https://x");
        assertThrows(IllegalArgumentException.class, () -> CardPdf.of(greek));
        assertTrue(text(CardSvg.of(greek)).contains("Άννα"));
    }

    @Test
    void nothingInANameIsMarkup() {
        Card sly =
                new Card(
                        "<script>&\"",
                        "",
                        "A & B",
                        "+1",
                        "",
                        Language.ENGLISH,
                        "#0a6c74",
                        "https://x");
        String svg = text(CardSvg.of(sly));
        assertTrue(svg.contains("&lt;script&gt;&amp;"));
        assertTrue(!svg.contains("<script"));
        assertTrue(!text(CardPdf.of(sly)).contains("<script"));
    }

    /// Every object of a PDF stands where its table says.
    @Test
    void theTableOfThePdfIsRight() {
        String pdf = text(CardPdf.of(card("https://mail.clinic.example/to/dr-nunez")));
        Matcher entry = Pattern.compile("(?m)^([0-9]{10}) 00000 n $").matcher(pdf);
        int number = 0;
        while (entry.find()) {
            number++;
            int at = Integer.parseInt(entry.group(1));
            assertTrue(pdf.startsWith(number + " 0 obj\n", at), "object " + number);
        }
        assertEquals(7, number);
        Matcher start = Pattern.compile("startxref\n([0-9]+)\n%%EOF").matcher(pdf);
        assertTrue(start.find());
        assertTrue(pdf.startsWith("xref\n", Integer.parseInt(start.group(1))));
    }

    /// To be looked at: `target/screens/card.png`.
    @Test
    void aPictureOfIt() throws IOException {
        Files.createDirectories(PICTURES);
        Path svg = PICTURES.resolve("card.svg");
        Files.write(svg, CardSvg.of(card("https://mail.mapleclinic.example/to/dr-nunez")));
        Files.write(
                PICTURES.resolve("card.pdf"),
                CardPdf.of(card("https://mail.mapleclinic.example/to/dr-nunez")));
        try (PatientBrowser browser = PatientBrowser.start()) {
            var page = browser.page(PatientBrowser.Look.PHONE.sized(528, 816));
            page.navigate(svg.toUri().toString());
            page.screenshot(
                    new com.microsoft.playwright.Page.ScreenshotOptions()
                            .setPath(PICTURES.resolve("card.png")));
        }
        assertTrue(Files.size(PICTURES.resolve("card.png")) > 10_000);
    }

    private static String text(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        return text.startsWith("%PDF") ? new String(octets, StandardCharsets.ISO_8859_1) : text;
    }

    /// The boxes of a card, drawn.
    private static BufferedImage drawn(String source, Pattern box, boolean pdf) {
        BufferedImage image =
                new BufferedImage(
                        (int) (CardDrawing.WIDTH * PIXELS_PER_POINT),
                        (int) (CardDrawing.HEIGHT * PIXELS_PER_POINT),
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.scale(PIXELS_PER_POINT, PIXELS_PER_POINT);
        Matcher found = box.matcher(source);
        while (found.find()) {
            int first = pdf ? 4 : 1;
            double height = number(found, first + 3);
            double y = number(found, first + 1);
            pen.setColor(
                    pdf
                            ? new Color(
                                    (float) number(found, 1),
                                    (float) number(found, 2),
                                    (float) number(found, 3))
                            : Color.decode(found.group(5)));
            pen.fill(
                    new Rectangle2D.Double(
                            number(found, first),
                            pdf ? CardDrawing.HEIGHT - y - height : y,
                            number(found, first + 2),
                            height));
        }
        pen.dispose();
        return image;
    }

    private static double number(Matcher found, int group) {
        return Double.parseDouble(found.group(group));
    }

    private static String read(BufferedImage image) throws ReaderException {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
        return new QRCodeReader()
                .decode(
                        new BinaryBitmap(
                                new HybridBinarizer(new RGBLuminanceSource(width, height, pixels))))
                .getText();
    }
}
