package org.postern.texts;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.postern.facts.FileKind;
import org.postern.files.CodedText;
import org.postern.files.FileLook;
import org.postern.files.Magic;
import org.postern.files.SecondFile;
import org.postern.mime.FileName;
import org.postern.mime.Text;

/// Text out of a file, whatever its kind, within the budget of its message. Of an archive the files
/// are read, and of archives in it nothing.
public final class FileTexts {
    private final PdfReaders pdfs;

    /// @param pdfs who reads PDF files
    public FileTexts(PdfReaders pdfs) {
        this.pdfs = pdfs;
    }

    /// What was read.
    ///
    /// @param whole false if there is more: a limit was reached, or something in it is encrypted,
    ///   broken or of a kind that is not read
    public record Read(CharSequence text, boolean whole) {}

    /// @param kind of the file, one that is read
    /// @param file all its octets
    public Read of(FileKind kind, byte[] file, Budget budget) {
        Lines lines = new Lines(budget);
        boolean whole;
        try {
            whole =
                    file.length <= budget.limits().octets()
                            && read(kind, file, lines, budget)
                            && !SecondFile.isIn(kind, file);
        } catch (IOException e) {
            // Broken, encrypted, or more than the budget allows: what came before counts.
            whole = false;
        }
        return new Read(lines.text(), whole);
    }

    private boolean read(FileKind kind, byte[] file, Lines lines, Budget budget)
            throws IOException {
        return switch (kind) {
            case PDF -> pdf(file, lines, budget);
            case OFFICE -> office(file, lines, budget);
            case ZIP -> archive(file, lines, budget);
            case OLE, IMAGE, PROGRAM, ARCHIVE, AUDIO, VIDEO, TEXT, MESSAGE, OTHER -> false;
        };
    }

    private boolean pdf(byte[] file, Lines lines, Budget budget) throws IOException {
        Read read = pdfs.read(file, budget);
        lines.write(read.text().toString());
        return read.whole();
    }

    private static boolean office(byte[] file, Lines lines, Budget budget) throws IOException {
        Optional<ZipFolder> folder = ZipFolder.read(file, budget);
        return folder.isPresent() && OfficeText.read(folder.get(), budget, lines);
    }

    private boolean archive(byte[] file, Lines lines, Budget budget) throws IOException {
        Optional<ZipFolder> folder = ZipFolder.read(file, budget);
        if (folder.isEmpty()) {
            return false;
        }
        boolean whole = true;
        for (ZipFolder.Entry entry : folder.get().entries()) {
            // A name may be a patient's.
            lines.write(entry.name() + "\n");
            if (!entry.isFolder()) {
                whole &= entry(folder.get(), entry, lines, budget);
            }
        }
        return whole;
    }

    private boolean entry(ZipFolder folder, ZipFolder.Entry entry, Lines lines, Budget budget)
            throws IOException {
        byte[] file;
        try (InputStream in = folder.open(entry, budget)) {
            file = in.readNBytes(budget.limits().octets() + 1);
        } catch (Budget.Spent e) {
            throw e;
        } catch (IOException e) {
            // This one is encrypted or broken; the others are read all the same.
            return false;
        }
        if (file.length > budget.limits().octets()) {
            return false;
        }
        FileKind kind = Magic.kind(FileLook.head(file));
        return switch (kind) {
            case TEXT -> {
                boolean html = FileName.ending(entry.name()).startsWith("htm");
                lines.pay(file.length);
                String text = Text.decode(file, "");
                lines.paid(html ? HtmlText.of(text) : text);
                lines.line();
                yield !CodedText.isIn(text);
            }
            case PDF, OFFICE -> {
                Read read = of(kind, file, budget);
                lines.line();
                lines.write(read.text().toString());
                yield read.whole();
            }
            case IMAGE, AUDIO, VIDEO -> !SecondFile.isIn(kind, file);
            case ZIP, OLE, PROGRAM, ARCHIVE, MESSAGE, OTHER -> false;
        };
    }
}
