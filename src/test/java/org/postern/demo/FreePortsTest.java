package org.postern.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.cli.Console;

class FreePortsTest {
    private static final int MANY = 100;

    @Test
    void noneIsGivenTwiceInARow() throws IOException {
        assertEquals(MANY, new HashSet<>(some()).size());
    }

    /// A process has 253 of them, and then begins again.
    @Test
    void whereSomebodyListensIsLeftOut() throws IOException {
        int busy = FreePorts.one();
        try (ServerSocket other = new ServerSocket(busy, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 3; i++) {
                assertFalse(some().contains(other.getLocalPort()));
            }
        }
    }

    /// Nobody listens on any of them yet, so nothing but their ranges keeps them apart.
    @Test
    void processesAreGivenNoneInCommon() throws IOException {
        Set<Integer> all = new HashSet<>(some());
        List<Process> others = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                others.add(other());
            }
            for (Process other : others) {
                all.addAll(said(other));
            }
            assertEquals(MANY * 4, all.size());
        } finally {
            others.forEach(Process::destroyForcibly);
        }
    }

    private static List<Integer> some() throws IOException {
        List<Integer> some = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            some.add(FreePorts.one());
        }
        return some;
    }

    private static Process other() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<Integer> said(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String line = lines.readLine();
        return line == null
                ? List.of()
                : Arrays.stream(line.split(" ")).map(Integer::valueOf).toList();
    }

    /// Says what it is given, and keeps it until its input ends.
    static final class Other {
        private Other() {}

        public static void main(String... words) throws IOException {
            Console.system().line(String.join(" ", some().stream().map(String::valueOf).toList()));
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
