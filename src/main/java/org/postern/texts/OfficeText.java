package org.postern.texts;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import javax.xml.stream.XMLStreamReader;
import org.postern.mime.FileName;

/// Text out of Office files: documents, spreadsheets and presentations of ECMA-376 (docx, xlsx,
/// pptx) and of OpenDocument (odt, ods, odp). Files inside them that are no pictures are not read.
final class OfficeText {
    /// Files in an Office file that hold no text that anybody is shown.
    private static final Set<String> SILENT =
            Set.of(
                    "rels", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svg",
                    "wdp", "odttf", "fntdata", "vml", "rdf");

    private static final Set<String> SILENT_NAMES =
            Set.of("mimetype", "xl/vbaProject.bin", "word/vbaProject.bin", "ppt/vbaProject.bin");

    /// Where the programs keep what is written; the rest is about looks and settings.
    private static final Set<String> FOLDERS = Set.of("word/", "ppt/", "xl/");

    private static final Set<String> LOOKS =
            Set.of(
                    "word/styles.xml",
                    "word/settings.xml",
                    "word/webSettings.xml",
                    "word/fontTable.xml",
                    "word/numbering.xml",
                    "xl/styles.xml",
                    "xl/sharedStrings.xml");

    private static final Set<String> LINES =
            Set.of(
                    "p",
                    "tr",
                    "br",
                    "cr",
                    "h",
                    "row",
                    "table-row",
                    "list-item",
                    "line-break",
                    "title",
                    "subject",
                    "description",
                    "keywords",
                    "keyword",
                    "lpwstr");

    private static final Set<String> CELLS = Set.of("tab", "tc", "c", "table-cell");

    /// Where words stand in documents, presentations and comments.
    private static final Predicate<String> RUNS = Set.of("t", "delText", "text")::contains;

    private static final Predicate<String> CHARTS = Set.of("t", "v")::contains;

    /// Of the properties of a file those that people write themselves.
    private static final Predicate<String> TITLES =
            Set.of(
                            "title",
                            "subject",
                            "description",
                            "keywords",
                            "keyword",
                            "category",
                            "lpwstr",
                            "user-defined")
                    ::contains;

    private static final Set<String> PROPERTIES =
            Set.of("docProps/core.xml", "docProps/custom.xml", "meta.xml");

    private static final Set<String> CACHES = Set.of("xl/pivotCache/", "xl/externalLinks/");

    private final ZipFolder folder;
    private final Budget budget;
    private final Lines to;
    private final Sheets sheets;
    private boolean whole = true;

    private OfficeText(ZipFolder folder, Budget budget, Lines to) {
        this.folder = folder;
        this.budget = budget;
        this.to = to;
        this.sheets = new Sheets(budget);
    }

    /// @return whether all of its text was read
    static boolean read(ZipFolder folder, Budget budget, Lines to) throws IOException {
        OfficeText text = new OfficeText(folder, budget, to);
        text.all();
        return text.whole;
    }

    private void all() throws IOException {
        // Cells refer to them, and they may stand behind the sheets.
        one("xl/sharedStrings.xml", sheets.strings());
        one("xl/styles.xml", sheets.styles());
        for (ZipFolder.Entry entry : folder.entries()) {
            entry(entry);
        }
    }

    private void one(String name, XmlEvents.Reader reader) throws IOException {
        for (ZipFolder.Entry entry : folder.entries()) {
            if (entry.name().equals(name)) {
                xml(entry, reader);
            }
        }
    }

    private void entry(ZipFolder.Entry entry) throws IOException {
        String name = entry.name();
        String ending = FileName.ending(name);
        if (entry.isFolder() || SILENT_NAMES.contains(name) || SILENT.contains(ending)) {
            return;
        }
        if (!ending.equals("xml")) {
            whole &= isPrinterSettings(name);
        } else if (name.startsWith("xl/worksheets/")) {
            xml(entry, sheets.sheet(to));
        } else if (name.equals("content.xml") || name.equals("styles.xml")) {
            // Headers and footers of OpenDocument stand with the styles of its pages.
            xml(entry, prose(_ -> true));
        } else if (name.startsWith("customXml/")) {
            xml(entry, prose(_ -> true));
        } else if (PROPERTIES.contains(name)) {
            xml(entry, prose(TITLES));
        } else if (CACHES.stream().anyMatch(name::startsWith)) {
            // What once stood in another file, and may be shown from here.
            whole = false;
        } else if (FOLDERS.stream().anyMatch(name::startsWith)
                && !LOOKS.contains(name)
                && !name.contains("/theme/")) {
            xml(entry, prose(name.contains("/charts/") ? CHARTS : RUNS));
        }
    }

    private static boolean isPrinterSettings(String name) {
        return name.toLowerCase(Locale.ROOT).contains("/printersettings/");
    }

    private void xml(ZipFolder.Entry entry, XmlEvents.Reader reader) throws IOException {
        try (InputStream in = folder.open(entry, budget)) {
            XmlEvents.read(in, budget, reader);
        }
    }

    /// @param words the elements whose characters are text
    private XmlEvents.Reader prose(Predicate<String> words) {
        return new XmlEvents.Reader() {
            private boolean text = words.test("");

            @Override
            public void begin(String name, XMLStreamReader element) throws IOException {
                text = words.test(name);
                // The names of the sheets of a workbook (ECMA-376 part 1, §18.2.19).
                String sheet =
                        name.equals("sheet") ? element.getAttributeValue(null, "name") : null;
                if (sheet != null) {
                    to.write(sheet + "\n");
                }
                if (name.equals("tab") || name.equals("s")) {
                    to.write(" ");
                }
            }

            @Override
            public void end(String name) throws IOException {
                text = words.test("");
                if (LINES.contains(name)) {
                    to.line();
                } else if (CELLS.contains(name)) {
                    to.cell();
                }
            }

            @Override
            public void characters(String characters) throws IOException {
                if (text) {
                    to.write(characters);
                }
            }
        };
    }
}
