package org.postern.texts;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The program that reads PDF files, one after the other, for a gateway that asks by standard input
/// and hears by standard output. It ends when that is closed, or when nobody has asked for a while.
public final class PdfProcess {
    /// What an answer begins and ends with.
    static final long ANSWER = 0x504F_5354_5044_4601L;

    static final long ANSWER_END = 0x504F_5354_5044_46FEL;

    private static final long IDLE_SECONDS_MAX = 60;

    private PdfProcess() {}

    /// Serves until nobody asks any more.
    public static void main(String[] arguments) throws IOException {
        DataInputStream in =
                new DataInputStream(
                        new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
        DataOutputStream out =
                new DataOutputStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        // Answers alone stand there.
        System.setOut(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        ScheduledExecutorService clock =
                Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
        while (true) {
            Future<?> end = halt(clock, TimeUnit.SECONDS.toMillis(IDLE_SECONDS_MAX));
            int octets;
            try {
                octets = in.readInt();
            } catch (EOFException e) {
                return;
            }
            end.cancel(false);
            int pages = in.readInt();
            int characters = in.readInt();
            // Also when the gateway is gone or forgets to end it.
            Future<?> late = halt(clock, in.readLong());
            answer(PdfText.of(in.readNBytes(octets), pages, characters), out);
            late.cancel(false);
        }
    }

    private static Future<?> halt(ScheduledExecutorService clock, long afterMillis) {
        return clock.schedule(
                () -> Runtime.getRuntime().halt(0), afterMillis, TimeUnit.MILLISECONDS);
    }

    private static void answer(FileTexts.Read read, DataOutputStream out) throws IOException {
        byte[] text = read.text().toString().getBytes(StandardCharsets.UTF_8);
        out.writeLong(ANSWER);
        out.writeByte(read.whole() ? 1 : 0);
        out.writeInt(text.length);
        out.write(text);
        out.writeLong(ANSWER_END);
        out.flush();
    }
}
