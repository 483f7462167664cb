package org.postern.texts;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.logging.LogFactory;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessRead;

/// One process that reads PDF files ([PdfProcess]), as the gateway sees it. Whatever goes wrong
/// with a file ends the process.
final class PdfReader {
    static final FileTexts.Read NOTHING = new FileTexts.Read("", false);

    /// Of one character.
    private static final long UTF_8_OCTETS_MAX = 4;

    /// What the process may use. A file that needs more ends it.
    private static final List<String> OPTIONS =
            List.of(
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:-HeapDumpOnOutOfMemoryError",
                    "-XX:-CreateCoredumpOnCrash",
                    // Nothing of a file on a disk, and no name of it in a log.
                    "-XX:ErrorFile=/dev/null",
                    "-XX:-UsePerfData",
                    // The machine itself writes to standard output otherwise, also when it ends
                    // for lack of memory, and answers stand there.
                    "-XX:+DisplayVMOutputToStderr",
                    "-Xlog:disable",
                    "-Xlog:all=warning:stderr",
                    "-Djava.io.tmpdir=/nonexistent",
                    "-Djava.awt.headless=true",
                    "-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog");

    private final Process process;
    private final DataOutputStream to;
    private final DataInputStream from;
    private boolean ended;
    private volatile boolean asked;

    private PdfReader(Process process) {
        this.process = process;
        this.to = new DataOutputStream(process.getOutputStream());
        this.from = new DataInputStream(process.getInputStream());
    }

    /// Starts the same Java with the same classes, without this one's environment.
    static PdfReader start() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(OPTIONS);
        command.addAll(List.of("-cp", classPath()));
        command.add(PdfProcess.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        return new PdfReader(builder.start());
    }

    /// What the program needs, and nothing else of the gateway.
    private static String classPath() throws IOException {
        List<String> places = new ArrayList<>();
        for (Class<?> one :
                List.of(
                        PdfProcess.class,
                        Loader.class,
                        RandomAccessRead.class,
                        TTFParser.class,
                        LogFactory.class)) {
            CodeSource source = one.getProtectionDomain().getCodeSource();
            try {
                places.add(Path.of(source.getLocation().toURI()).toString());
            } catch (URISyntaxException e) {
                throw new IOException("no place of " + one.getName(), e);
            }
        }
        return String.join(File.pathSeparator, places);
    }

    /// Whether a whole request was written, so that the process may have ended because of it.
    boolean wasAsked() {
        return asked;
    }

    boolean isReady() {
        return !ended && process.isAlive();
    }

    /// @param budget of time and characters
    FileTexts.Read read(byte[] pdf, Budget budget) {
        asked = false;
        FutureTask<FileTexts.Read> answer = new FutureTask<>(() -> ask(pdf, budget));
        Thread.ofVirtual().start(answer);
        try {
            return answer.get(budget.left().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            end();
        } catch (InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
        }
        return NOTHING;
    }

    private FileTexts.Read ask(byte[] pdf, Budget budget) throws IOException {
        to.writeInt(pdf.length);
        to.writeInt(budget.limits().pages());
        int room = budget.room();
        to.writeInt(room);
        to.writeLong(budget.left().toMillis());
        to.write(pdf);
        to.flush();
        asked = true;
        return answer(from, room);
    }

    /// Reads an answer. Only one that is exactly as the program writes it counts, since a process
    /// that ends may leave anything.
    ///
    /// @param room characters that were allowed
    /// @throws IOException if it is none
    static FileTexts.Read answer(DataInputStream from, int room) throws IOException {
        if (from.readLong() != PdfProcess.ANSWER) {
            throw new IOException("no answer of the program that reads PDF files");
        }
        int whole = from.readByte();
        int length = from.readInt();
        if (whole < 0 || whole > 1 || length < 0 || length > room * UTF_8_OCTETS_MAX) {
            throw new IOException("no answer that the program may give");
        }
        byte[] text = new byte[length];
        from.readFully(text);
        if (from.readLong() != PdfProcess.ANSWER_END) {
            throw new IOException("an answer without an end");
        }
        return new FileTexts.Read(new String(text, StandardCharsets.UTF_8), whole == 1);
    }

    private void end() {
        ended = true;
        process.destroyForcibly();
    }
}
