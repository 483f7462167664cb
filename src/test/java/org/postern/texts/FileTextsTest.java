package org.postern.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.facts.FileKind;

/// Text out of Office files and archives, and what counts as not read.
class FileTextsTest {
    private static final Budget.Limits SMALL =
            new Budget.Limits(1 << 20, 2 << 20, 10_000, 20, 5, 50, Duration.ofSeconds(30));

    private final FileTexts files = new FileTexts(new PdfReaders(1));

    @Test
    void paragraphsOfADocumentAreLines() {
        FileTexts.Read read = read(FileKind.OFFICE, SampleFiles.docx("MRN 4711", "J &amp; K"));
        assertEquals("MRN 4711\nJ & K\n", read.text().toString());
        assertTrue(read.whole());
    }

    /// ECMA-376 §18.17.4.1: 22344 is the fourth of March 1961.
    @Test
    void rowsOfASpreadsheetAreLinesAndDatesAreDates() {
        byte[] file =
                SampleFiles.zip(
                        "[Content_Types].xml",
                        "<Types/>",
                        "xl/worksheets/sheet1.xml",
                        "<worksheet><sheetData><row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>0</v></c>"
                                + "</row><row><c t=\"inlineStr\"><is><t>Ann</t></is></c>"
                                + "<c s=\"1\"><v>22344</v></c><c><v>9.1</v></c></row>"
                                + "</sheetData></worksheet>",
                        "xl/sharedStrings.xml",
                        "<sst><si><t>DOB</t></si><si><r><t>Na</t></r><r><t>me</t></r></si></sst>",
                        "xl/styles.xml",
                        "<styleSheet><cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs>"
                                + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>"
                                + "</styleSheet>");
        FileTexts.Read read = read(FileKind.OFFICE, file);
        assertEquals("Name\tDOB\t\nAnn\t1961-03-04\t9.1\t\n", read.text().toString());
        assertTrue(read.whole());
    }

    @Test
    void openDocumentsAreRead() {
        byte[] file =
                SampleFiles.zip(
                        "mimetype",
                        "application/vnd.oasis.opendocument.text",
                        "content.xml",
                        "<o:body xmlns:o=\"o\"><o:p>MRN <o:span>4711</o:span></o:p></o:body>");
        assertEquals("MRN 4711\n", read(FileKind.OFFICE, file).text().toString());
    }

    /// Whatever a program shows or prints is read, also where it is no paragraph and no cell.
    @Test
    void whatStandsBesideThePagesIsRead() {
        office("xl/worksheets/sheet1.xml", "<worksheet><oddHeader>%s</oddHeader>");
        office("xl/comments1.xml", "<comments><text><r><t>%s</t></r></text>");
        office("xl/threadedComments/threadedComment1.xml", "<c><text>%s</text>");
        office("xl/workbook.xml", "<workbook><sheets><sheet name=\"%s\"/></sheets>");
        office("xl/charts/chart1.xml", "<c:chart xmlns:c=\"c\"><c:v>%s</c:v>");
        office("word/footnotes.xml", "<w:f xmlns:w=\"w\"><w:t>%s</w:t>");
        office("ppt/comments/comment1.xml", "<p:c xmlns:p=\"p\"><p:text>%s</p:text>");
        office("docProps/core.xml", "<p xmlns:dc=\"dc\"><dc:title>%s</dc:title>");
        office("docProps/custom.xml", "<p xmlns:vt=\"vt\"><vt:lpwstr>%s</vt:lpwstr>");
        office("customXml/item1.xml", "<letter><patient>%s</patient>");
        office("styles.xml", "<o><header><p>%s</p></header>");
        office("meta.xml", "<o xmlns:dc=\"dc\"><dc:subject>%s</dc:subject>");
    }

    private void office(String name, String form) {
        String root = form.substring(1, form.indexOf('>')).split(" ", 2)[0];
        String xml = form.formatted("MRN 4711") + "</" + root + ">";
        FileTexts.Read read = read(FileKind.OFFICE, SampleFiles.zip(name, xml));
        assertTrue(read.text().toString().contains("MRN 4711"), name);
        assertTrue(read.whole(), name);
    }

    @Test
    void whatIsKeptOfOtherFilesIsNotRead() {
        for (String name : List.of("xl/pivotCache/d1.xml", "xl/externalLinks/e1.xml")) {
            assertFalse(read(FileKind.OFFICE, SampleFiles.zip(name, "<s v=\"4711\"/>")).whole());
        }
    }

    /// Nobody knows what a program makes of them.
    @Test
    void codedTextsAndTwoFilesInOneAreNotRead() {
        assertFalse(read(FileKind.ZIP, SampleFiles.zip("a.rtf", "{\\rtf1 x}")).whole());
        String armour = "-----BEGIN PGP MESSAGE-----\n";
        assertFalse(read(FileKind.ZIP, SampleFiles.zip("a.asc", armour)).whole());
        byte[] picture = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 0};
        byte[] inner = SampleFiles.zip("list.txt", "MRN 4711");
        byte[] both = Arrays.copyOf(picture, picture.length + inner.length);
        System.arraycopy(inner, 0, both, picture.length, inner.length);
        assertTrue(read(FileKind.ZIP, SampleFiles.zip("a.jpg", picture)).whole());
        assertFalse(read(FileKind.ZIP, SampleFiles.zip("a.jpg", both)).whole());
    }

    @Test
    void archivesAreReadOneLevelDeep() {
        byte[] file =
                SampleFiles.zip("a/", "", "list.csv", "MRN;A1c\n4711;9.1", "p.htm", "<b>x</b>");
        FileTexts.Read read = read(FileKind.ZIP, file);
        assertTrue(read.text().toString().contains("4711;9.1"), read.text().toString());
        assertTrue(read.whole());
        FileTexts.Read office =
                read(FileKind.ZIP, SampleFiles.zip("d.docx", SampleFiles.docx("inside")));
        assertTrue(office.text().toString().contains("inside"));
        assertTrue(office.whole());
        assertFalse(read(FileKind.ZIP, SampleFiles.zip("b.zip", file)).whole(), "another level");
        assertFalse(read(FileKind.ZIP, SampleFiles.zip("a.doc", new byte[] {1, 2, 3})).whole());
    }

    /// The flags say so in the directory: APPNOTE 4.4.4.
    @Test
    void encryptedAndBrokenArchivesAreNotRead() {
        byte[] locked = SampleFiles.zip("list.txt", "MRN 4711");
        int directory = find(locked, "PK\1\2");
        locked[directory + 8] |= 1;
        assertFalse(read(FileKind.ZIP, locked).whole());
        byte[] whole = SampleFiles.zip("list.txt", "MRN 4711");
        for (int length = 0; length < whole.length; length++) {
            assertFalse(read(FileKind.ZIP, Arrays.copyOf(whole, length)).whole(), "cut");
        }
        for (int i = 0; i < whole.length; i++) {
            byte[] other = whole.clone();
            other[i] ^= (byte) 0xFF;
            read(FileKind.ZIP, other);
        }
        byte[] object = SampleFiles.zip("word/document.xml", "<w/>", "word/embeddings/o.bin", "x");
        assertFalse(read(FileKind.OFFICE, object).whole(), "a file in the file");
    }

    /// CWE-409: little that becomes much.
    @Test
    void bombsAreGivenUp() {
        byte[] zeros = new byte[3 << 20];
        assertFalse(read(FileKind.ZIP, SampleFiles.zip("zeros.txt", zeros)).whole());
        byte[] blanks = " ".repeat(3 << 20).getBytes(StandardCharsets.US_ASCII);
        assertFalse(read(FileKind.OFFICE, SampleFiles.zip("word/document.xml", blanks)).whole());
        assertFalse(read(FileKind.OFFICE, SampleFiles.docx("x".repeat(20_000))).whole());
        assertFalse(read(FileKind.ZIP, new byte[(1 << 20) + 1]).whole());
        String[] many = new String[50];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "n" + i;
            many[i + 1] = "x";
        }
        assertFalse(read(FileKind.ZIP, SampleFiles.zip(many)).whole(), "more entries");
        String deep = "<a>".repeat(100) + "</a>".repeat(100);
        assertFalse(read(FileKind.OFFICE, SampleFiles.zip("word/document.xml", deep)).whole());
    }

    /// What is kept is paid for, and no piece is kept that is too long.
    @Test
    void stringsAndPiecesHaveBounds() {
        String many = "<sst>" + "<si/>".repeat(20_000) + "</sst>";
        assertFalse(read(FileKind.OFFICE, SampleFiles.zip("xl/sharedStrings.xml", many)).whole());
        String cells = "<s><cellXfs>" + "<xf/>".repeat(20_000) + "</cellXfs></s>";
        assertFalse(read(FileKind.OFFICE, SampleFiles.zip("xl/styles.xml", cells)).whole());
        String piece = "<w><x>" + "y".repeat(3 << 19) + "</x></w>";
        assertFalse(read(FileKind.OFFICE, SampleFiles.zip("word/document.xml", piece)).whole());
        String attribute = "<w a='" + "y".repeat(3 << 19) + "'/>";
        assertFalse(read(FileKind.OFFICE, SampleFiles.zip("word/document.xml", attribute)).whole());
        byte[] page = SampleFiles.zip("p.htm", "<b></b>".repeat(2_000));
        assertFalse(read(FileKind.ZIP, page).whole(), "paid before it is read");
    }

    /// CWE-611, CWE-776: nothing is fetched, nothing is multiplied.
    @Test
    void aDocumentTypeIsNotRead() {
        String laughs =
                "<!DOCTYPE a [<!ENTITY b \"hahaha\"><!ENTITY c \"&b;&b;\">]><a><t>&c;</t></a>";
        String outside =
                "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a><t>&b;</t></a>";
        String named = "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a><t>x</t></a>";
        for (String xml : new String[] {laughs, outside, named, "<a><t>&b;</t></a>", "<a>"}) {
            FileTexts.Read read = read(FileKind.OFFICE, SampleFiles.zip("word/document.xml", xml));
            assertFalse(read.whole(), xml);
            assertEquals("", read.text().toString(), xml);
        }
    }

    private FileTexts.Read read(FileKind kind, byte[] file) {
        return files.of(kind, file, new Budget(SMALL));
    }

    private static int find(byte[] file, String mark) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(mark);
    }
}
