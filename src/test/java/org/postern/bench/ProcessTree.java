package org.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The CPU time and memory of a process with all its descendants, from `/proc` (proc(5)).
final class ProcessTree {
    private static final double TICKS_PER_SECOND = 100;
    private static final int UTIME = 11;
    private static final int CSTIME = 14;

    private ProcessTree() {}

    /// User and system time of a process, of its living descendants, and of those that have ended.
    static double cpuSeconds(ProcessHandle root) throws IOException {
        long ticks = 0;
        try (Stream<ProcessHandle> descendants = root.descendants()) {
            for (ProcessHandle each : Stream.concat(Stream.of(root), descendants).toList()) {
                ticks += ticks(each.pid());
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static long ticks(long pid) throws IOException {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        } catch (NoSuchFileException ended) {
            return 0;
        }
        // The name, in brackets, may hold blanks; what follows it does not.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = UTIME; i <= CSTIME; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }

    /// The memory of a process and its descendants, what they share counted once (PSS).
    static long proportionalKibibytes(ProcessHandle root) throws IOException {
        long kibibytes = 0;
        try (Stream<ProcessHandle> descendants = root.descendants()) {
            for (ProcessHandle each : Stream.concat(Stream.of(root), descendants).toList()) {
                kibibytes += proportional(each.pid());
            }
        }
        return kibibytes;
    }

    private static long proportional(long pid) throws IOException {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
                if (line.startsWith("Pss:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (NoSuchFileException ended) {
            return 0;
        }
        return 0;
    }

    /// Resident memory of one process, in MiB.
    static long residentMebibytes(ProcessHandle process) throws IOException {
        return residentKibibytes(process) / 1024;
    }

    static long residentKibibytes(ProcessHandle process) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 0;
    }
}
