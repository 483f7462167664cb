package org.postern.torture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postern.World;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.mail.QueueId;
import org.postern.net.HostLookup;
import org.postern.operate.Serve;
import org.postern.store.FileDisk;
import org.postern.testkit.InterposedDisk;

/// The disk of a gateway that ends its own process at a chosen operation, as SIGKILL would: nothing
/// is flushed, no hook runs. Its `main` is the gateway's, on this disk.
///
/// Operations are called by verb and place, with every queue id as `ID`, every number as `#`, every
/// body as `BODY`. What goes to the journal bears the letters of its records as well: `write
/// spool/journal/# M` takes a message over.
final class HaltingDisk extends InterposedDisk {
    private static final Duration LOOKUP_MAX = Duration.ofSeconds(30);
    private static final String DATA = "data";
    private static final int BATCH_HEAD_OCTETS = 24;
    private static final int ID_OCTETS = 16;

    private final HaltRule rule;
    private final AtomicInteger seen = new AtomicInteger();

    /// What was written last to each file of the journal.
    private final Map<Path, Set<String>> records = new ConcurrentHashMap<>();

    HaltingDisk(HaltRule rule) {
        super(new FileDisk());
        this.rule = rule;
    }

    public static void main(String... words) {
        Console console = Console.system();
        World world =
                new World(
                        Clock.system(ZoneId.systemDefault()),
                        new SecureRandom(),
                        new HaltingDisk(HaltRule.ofThisProcess()),
                        HostLookup.system(LOOKUP_MAX));
        Serve serve = new Serve(console, () -> world);
        System.exit(new CommandLineTool(console, List.of(serve)).run(words));
    }

    @Override
    protected void pass(Call call) throws IOException {
        boolean halts = names(call).contains(rule.operation()) && isDue();
        if (halts && rule.when() == HaltRule.When.BEFORE) {
            halt();
        }
        if (halts && rule.when() == HaltRule.When.HALFWAY) {
            call.step().run(2);
            halt();
        }
        call.step().run();
        if (halts) {
            halt();
        }
    }

    private boolean isDue() {
        return rule.isArmed() && seen.incrementAndGet() == rule.occurrence();
    }

    private static void halt() {
        Runtime.getRuntime().halt(HaltRule.EXIT_CODE);
    }

    /// All names of an operation: one for each kind of record in it.
    private List<String> names(Call call) {
        String name = call.act().name().toLowerCase(Locale.ROOT) + " " + place(call.path());
        ByteBuffer octets = call.octets();
        if (!name.contains("spool/journal/")) {
            return List.of(name);
        }
        if (octets != null) {
            records.put(call.path(), letters(octets));
        }
        List<String> names = new ArrayList<>(List.of(name));
        if (call.act() == Act.WRITE || call.act() == Act.SYNC) {
            records.getOrDefault(call.path(), Set.of())
                    .forEach(letter -> names.add(name + " " + letter));
        }
        return names;
    }

    /// The letters of the records of a batch: each is letter, queue id, length, payload.
    private static Set<String> letters(ByteBuffer batch) {
        Set<String> letters = new LinkedHashSet<>();
        int at = batch.position() + BATCH_HEAD_OCTETS;
        while (at < batch.limit()) {
            letters.add(String.valueOf((char) batch.get(at)));
            at += 1 + ID_OCTETS;
            at += Integer.BYTES + batch.getInt(at);
        }
        return letters;
    }

    private static String place(Path path) {
        List<String> parts = new ArrayList<>();
        for (Path at = path; !name(at).equals(DATA) && at != null; at = at.getParent()) {
            parts.addFirst(generalised(name(at)));
        }
        return String.join("/", parts);
    }

    private static String name(@Nullable Path path) {
        return path == null ? DATA : String.valueOf(path.getFileName());
    }

    private static String generalised(String name) {
        if (QueueId.isValid(name)) {
            return "ID";
        }
        return name.replaceFirst("^[0-9]{8,}", "#")
                .replaceFirst("^[A-Za-z0-9_-]{22}(\\.[0-9a-f]+)?(\\.(body|new|gone))$", "BODY$2");
    }
}
