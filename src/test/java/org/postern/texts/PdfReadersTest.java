package org.postern.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.junit.jupiter.api.Test;
import org.postern.facts.FileKind;

/// PDF files in a process of their own: read, given up, and never more than their process.
class PdfReadersTest {
    private static final Budget.Limits LIMITS =
            new Budget.Limits(8 << 20, 64 << 20, 10_000, 20, 5, 50, Duration.ofSeconds(3));

    private final FileTexts files = new FileTexts(new PdfReaders(1));

    @Test
    void linesAreReadOneFileAfterTheOther() {
        for (int i = 0; i < 3; i++) {
            FileTexts.Read read = read(SampleFiles.letter("MRN 471" + i + " has asthma"));
            assertEquals("MRN 471" + i + " has asthma", read.text().toString().strip());
            assertTrue(read.whole());
        }
    }

    @Test
    void fieldsOfAFormAreRead() {
        String objects =
                SampleFiles.page("BT /F1 12 Tf 72 720 Td (Form) Tj ET")
                        + "7 0 obj <</FT/Tx/T(dob)/V(3/4/1961)>> endobj\n"
                        + "1 0 obj <</Type/Catalog/Pages 2 0 R"
                        + "/AcroForm<</Fields[7 0 R]>>>> endobj\n";
        FileTexts.Read read = read(SampleFiles.pdf(objects));
        assertTrue(read.text().toString().contains("3/4/1961"), read.text().toString());
    }

    /// Titles are read; what a reader shows from elsewhere than the pages is not.
    @Test
    void whatStandsBesideThePagesIsReadOrDoubted() {
        String page = SampleFiles.page("BT /F1 12 Tf 72 720 Td (Form) Tj ET");
        String outline =
                """
                7 0 obj <</First 8 0 R/Last 8 0 R/Count 1>> endobj
                8 0 obj <</Title(MRN 4711)/Parent 7 0 R>> endobj
                """;
        FileTexts.Read titles =
                slowly(SampleFiles.pdf(page + outline + catalog("/Outlines 7 0 R")));
        assertTrue(titles.text().toString().contains("MRN 4711"), titles.text().toString());
        assertTrue(titles.whole());
        assertFalse(
                slowly(
                                SampleFiles.pdf(
                                        page
                                                + outline.replace("/Parent", "/Next 8 0 R/Parent")
                                                + catalog("/Outlines 7 0 R")))
                        .whole(),
                "a ring");
        for (String more :
                List.of(
                        "/AcroForm<</Fields[]/XFA(<xdp/>)>>",
                        "/AF[]",
                        "/Collection<<>>",
                        "/Names<</EmbeddedFiles<</Names[]>>>>")) {
            assertFalse(slowly(SampleFiles.pdf(page + catalog(more))).whole(), more);
        }
        for (String mark : List.of("FileAttachment", "RichMedia", "3D")) {
            String marked =
                    page.replace(
                            "/Contents",
                            "/Annots[<</Type/Annot/Subtype/%s/Rect[0 0 9 9]>>]/Contents"
                                    .formatted(mark));
            assertFalse(slowly(SampleFiles.pdf(marked)).whole(), mark);
        }
    }

    /// It may take a while until the first one is read.
    private FileTexts.Read slowly(byte[] pdf) {
        Budget.Limits patient =
                new Budget.Limits(8 << 20, 64 << 20, 10_000, 20, 5, 50, Duration.ofSeconds(30));
        return files.of(FileKind.PDF, pdf, new Budget(patient));
    }

    private static String catalog(String more) {
        return "1 0 obj <</Type/Catalog/Pages 2 0 R" + more + ">> endobj\n";
    }

    /// What was scanned may say anything.
    @Test
    void aPageOfPicturesAloneIsNotRead() {
        String objects =
                SampleFiles.page("/X Do")
                        + "6 0 obj <</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent"
                        + " 8/ColorSpace/DeviceGray/Length 1>> stream\nx\nendstream endobj\n";
        assertFalse(read(SampleFiles.pdf(objects)).whole());
    }

    @Test
    void encryptedAndBrokenFilesAreNotRead() throws IOException {
        ByteArrayOutputStream locked = new ByteArrayOutputStream();
        try (PDDocument document = Loader.loadPDF(SampleFiles.letter("MRN 4711"))) {
            document.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
            document.save(locked);
        }
        assertFalse(read(locked.toByteArray()).whole());
        assertFalse(read("%PDF-1.7 and nothing".getBytes(StandardCharsets.US_ASCII)).whole());
        FileTexts.Read pages = read(SampleFiles.pdf(SampleFiles.page("BT") + pages(6)));
        assertFalse(pages.whole(), "more pages than are read");
    }

    /// CWE-409, CWE-674, CWE-835: the process ends, and the next file is read by another one.
    @Test
    void hostileFilesAreGivenUp() {
        assertFalse(read(bomb()).whole());
        assertFalse(read(SampleFiles.pdf(deepPages())).whole());
        assertFalse(read(SampleFiles.pdf(endlessObjectStreams())).whole());
        String calls = "/X Do ".repeat(30);
        String form =
                SampleFiles.page(calls)
                        + "6 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources"
                        + "<</XObject<</X 6 0 R>>>>/Length %d>> stream\n%s\nendstream endobj\n"
                                .formatted(calls.length(), calls);
        assertFalse(read(SampleFiles.pdf(form)).whole(), "a form in itself, without an end");
        assertEquals(
                "still here", read(SampleFiles.letter("still here")).text().toString().strip());
    }

    /// What the Java machine writes when it ends is no answer.
    @Test
    void aFileThatTakesAllMemoryIsNotRead() {
        Budget.Limits patient =
                new Budget.Limits(8 << 20, 64 << 20, 10_000, 20, 5, 50, Duration.ofSeconds(60));
        FileTexts.Read read =
                files.of(FileKind.PDF, contents(SampleFiles.longString(300)), new Budget(patient));
        assertFalse(read.whole());
        assertEquals("", read.text().toString());
    }

    @Test
    void onlyAWholeAnswerCounts() throws IOException {
        byte[] right = answer(PdfProcess.ANSWER, 1, 2, "ok", PdfProcess.ANSWER_END);
        assertEquals(new FileTexts.Read("ok", true), PdfReader.answer(in(right), 1));
        byte[][] wrong = {
            {},
            "Terminating due to java.lang.OutOfMemoryError: Java heap space\n"
                    .repeat(3)
                    .getBytes(StandardCharsets.US_ASCII),
            Arrays.copyOf(right, right.length - 1),
            answer(PdfProcess.ANSWER + 1, 1, 2, "ok", PdfProcess.ANSWER_END),
            answer(PdfProcess.ANSWER, 2, 2, "ok", PdfProcess.ANSWER_END),
            answer(PdfProcess.ANSWER, -1, 2, "ok", PdfProcess.ANSWER_END),
            answer(PdfProcess.ANSWER, 1, -2, "ok", PdfProcess.ANSWER_END),
            answer(PdfProcess.ANSWER, 1, 1, "ok", PdfProcess.ANSWER_END),
            answer(PdfProcess.ANSWER, 1, 5, "fives", PdfProcess.ANSWER_END),
            answer(PdfProcess.ANSWER, 1, 2, "ok", PdfProcess.ANSWER),
        };
        for (byte[] octets : wrong) {
            assertThrows(IOException.class, () -> PdfReader.answer(in(octets), 1));
        }
    }

    /// Nothing is started for a message whose time is over.
    @Test
    void withoutTimeNothingIsRead() {
        Budget.Limits over = new Budget.Limits(8 << 20, 64 << 20, 10_000, 20, 5, 50, Duration.ZERO);
        assertFalse(files.of(FileKind.PDF, SampleFiles.letter("x"), new Budget(over)).whole());
    }

    private static DataInputStream in(byte[] octets) {
        return new DataInputStream(new ByteArrayInputStream(octets));
    }

    private static byte[] answer(long begin, int whole, int length, String text, long end)
            throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(octets);
        out.writeLong(begin);
        out.writeByte(whole);
        out.writeInt(length);
        out.writeBytes(text);
        out.writeLong(end);
        return octets.toByteArray();
    }

    private static String pages(int count) {
        return "2 0 obj <</Type/Pages/Kids["
                + "3 0 R ".repeat(count)
                + "]/Count "
                + count
                + ">> endobj\n";
    }

    private static byte[] bomb() {
        return contents(SampleFiles.deflated(600L << 20));
    }

    private static byte[] contents(byte[] packed) {
        byte[] head =
                ("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
                                + "2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
                                + "3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R>> endobj\n"
                                + "4 0 obj <</Filter/FlateDecode/Length "
                                + packed.length
                                + ">> stream\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        byte[] tail =
                "\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
                        .getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(head);
        file.writeBytes(packed);
        file.writeBytes(tail);
        return file.toByteArray();
    }

    private static String deepPages() {
        StringBuilder objects = new StringBuilder();
        for (int i = 2; i < 50_000; i++) {
            objects.append(i)
                    .append(" 0 obj <</Type/Pages/Count 1/Kids[")
                    .append(i + 1)
                    .append(" 0 R]>> endobj\n");
        }
        return objects.toString();
    }

    /// Each says that its objects stand in the other.
    private static String endlessObjectStreams() {
        String one =
                """
                %d 0 obj <</Type/ObjStm/N 1/First 4/Extends %d 0 R/Length 9>> stream
                %d 0 <<>>
                endstream endobj
                """;
        return "2 0 obj <</Type/Pages/Kids[8 0 R]/Count 1>> endobj\n"
                + one.formatted(6, 7, 7)
                + one.formatted(7, 6, 6);
    }

    private FileTexts.Read read(byte[] file) {
        return files.of(FileKind.PDF, file, new Budget(LIMITS));
    }
}
