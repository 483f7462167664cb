package org.postern.texts;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentCatalog;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineNode;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.util.Matrix;
import org.apache.pdfbox.util.Vector;
import org.jspecify.annotations.Nullable;

/// Text out of one PDF: what is written on its pages, in notes, in the fields of its form, and its
/// titles. Runs in a process of its own, whose memory and time are the bounds.
///
/// A page that shows a picture and holds no text was perhaps scanned, so it counts as not read, and
/// so do letters that stand for nothing known, files and films inside the file, and a form that is
/// drawn from a file of its own (XFA).
final class PdfText extends PDFTextStripper {
    static {
        FontMappers.set(new OneFont());
    }

    /// Marks on a page that hold a file, a film or a drawing of their own.
    private static final Set<String> HOLDERS =
            Set.of("FileAttachment", "RichMedia", "Screen", "Movie", "Sound", "3D");

    /// Titles of bookmarks that are read. They may be chained in a ring.
    private static final int TITLES_MAX = 10_000;

    /// Of ten letters so many may stand for nothing known.
    private static final int UNKNOWN_OF_TEN_MAX = 1;

    private long letters;
    private long unknown;

    private PdfText() {
        // Cells of a row stand beside each other, in whatever order they were drawn.
        setSortByPosition(true);
        setAddMoreFormatting(false);
    }

    /// @param pages that are read at most
    /// @param characters that are read at most
    @SuppressWarnings("EmptyCatch")
    static FileTexts.Read of(byte[] pdf, int pages, int characters) {
        Bounded text = new Bounded(characters);
        boolean whole = false;
        try (PDDocument document = Loader.loadPDF(pdf)) {
            whole = !document.isEncrypted() && read(document, pages, text);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Broken, encrypted, or too long: what came before counts.
        }
        return new FileTexts.Read(text.toString(), whole);
    }

    private static boolean read(PDDocument document, int pages, Bounded text) throws IOException {
        PdfText reader = new PdfText();
        int count = document.getNumberOfPages();
        boolean whole = count > 0 && count <= pages && !hasMore(document);
        titles(document, text);
        for (int i = 1; i <= Math.min(count, pages); i++) {
            int before = text.written();
            reader.setStartPage(i);
            reader.setEndPage(i);
            reader.writeText(document, text);
            PDPage page = document.getPage(i - 1);
            for (PDAnnotation note : page.getAnnotations()) {
                text.line(note.getContents());
                whole &= !HOLDERS.contains(note.getSubtype());
            }
            whole &= text.written() > before || !showsPictures(page);
        }
        fields(document, text);
        return whole && reader.unknown * 10 <= reader.letters * UNKNOWN_OF_TEN_MAX;
    }

    private static void fields(PDDocument document, Bounded text) throws IOException {
        PDAcroForm form = document.getDocumentCatalog().getAcroForm(null);
        if (form != null) {
            for (PDField field : form.getFieldTree()) {
                text.line(field.getPartialName() + ": " + field.getValueAsString());
            }
        }
    }

    /// What is said of the file, and how its parts are called beside its pages.
    private static void titles(PDDocument document, Bounded text) throws IOException {
        PDDocumentInformation about = document.getDocumentInformation();
        text.line(about.getTitle());
        text.line(about.getSubject());
        text.line(about.getKeywords());
        PDDocumentOutline outline = document.getDocumentCatalog().getDocumentOutline();
        int titles = 0;
        Deque<PDOutlineItem> open = new ArrayDeque<>();
        Optional.ofNullable(outline).map(PDOutlineNode::getFirstChild).ifPresent(open::push);
        while (!open.isEmpty()) {
            PDOutlineItem item = open.pop();
            if (++titles > TITLES_MAX) {
                throw new IOException("more than " + TITLES_MAX + " titles");
            }
            text.line(item.getTitle());
            Optional.ofNullable(item.getNextSibling()).ifPresent(open::push);
            Optional.ofNullable(item.getFirstChild()).ifPresent(open::push);
        }
    }

    /// Files in the file (ISO 32000-2 §7.11.4, §14.13), and a form that is drawn from a file of its
    /// own in the place of the pages (XFA).
    private static boolean hasMore(PDDocument document) {
        PDDocumentCatalog catalog = document.getDocumentCatalog();
        PDDocumentNameDictionary names = catalog.getNames();
        boolean files = names != null && names.getEmbeddedFiles() != null;
        PDAcroForm form = catalog.getAcroForm(null);
        boolean drawn = form != null && form.getXFA() != null;
        COSDictionary root = catalog.getCOSObject();
        return files || drawn || root.containsKey("AF") || root.containsKey("Collection");
    }

    private static boolean showsPictures(PDPage page) {
        PDResources resources = page.getResources();
        if (resources == null) {
            return false;
        }
        for (COSName _ : resources.getXObjectNames()) {
            return true;
        }
        return false;
    }

    @Override
    protected void showGlyph(Matrix at, PDFont font, int code, Vector displacement)
            throws IOException {
        letters++;
        if (font.toUnicode(code) == null) {
            unknown++;
        }
        super.showGlyph(at, font, code, displacement);
    }

    /// Takes so many characters and fails then.
    private static final class Bounded extends Writer {
        private final StringBuilder text = new StringBuilder();
        private final int most;
        private int written;

        Bounded(int most) {
            this.most = most;
        }

        /// Characters that are no blanks.
        int written() {
            return written;
        }

        void line(@Nullable String line) throws IOException {
            if (line != null) {
                write(line);
                write("\n");
            }
        }

        @Override
        public void write(char[] from, int at, int length) throws IOException {
            if (text.length() + length > most) {
                throw new IOException("more than " + most + " characters");
            }
            text.append(from, at, length);
            for (int i = at; i < at + length; i++) {
                written += Character.isWhitespace(from[i]) ? 0 : 1;
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
