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
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The program that reads PDF files, one after the other, for a gateway that asks by standard input
/// and hears by standard output. It ends when that is closed, or when nobody has asked for a while.
public final class PdfProcess {
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
        ScheduledExecutorService clock =
                Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
        while (true) {
            Future<?> end =
                    clock.schedule(
                            () -> Runtime.getRuntime().halt(0), IDLE_SECONDS_MAX, TimeUnit.SECONDS);
            int octets;
            try {
                octets = in.readInt();
            } catch (EOFException e) {
                return;
            }
            end.cancel(false);
            answer(in, octets, out);
        }
    }

    private static void answer(DataInputStream in, int octets, DataOutputStream out)
            throws IOException {
        int pages = in.readInt();
        int characters = in.readInt();
        FileTexts.Read read = PdfText.of(in.readNBytes(octets), pages, characters);
        byte[] text = read.text().toString().getBytes(StandardCharsets.UTF_8);
        out.writeBoolean(read.whole());
        out.writeInt(text.length);
        out.write(text);
        out.flush();
    }
}
