package org.postern.auditor;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// All that the witnesses of a run wrote down, read after the gateway has stopped.
final class Evidence {
    static final List<String> SINKS =
            List.of(RunFolder.INTERNAL_SINK, RunFolder.SMART_HOST_SINK, RunFolder.TLS_SINK);

    private final RunFolder folder;
    private final Map<Integer, Offer> offers = new TreeMap<>();
    private final Set<Integer> abandoned = new HashSet<>();
    private final List<String> planted = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    private Evidence(RunFolder folder) {
        this.folder = folder;
    }

    static Evidence read(RunFolder folder) throws IOException {
        Evidence evidence = new Evidence(folder);
        for (List<String> row : Rows.read(folder.ledger())) {
            evidence.ledger(row);
        }
        for (Offer offer : evidence.offers.values()) {
            if (!offer.queueId().isEmpty()) {
                evidence.numbers.put(offer.queueId(), offer.number());
            }
        }
        return evidence;
    }

    private void ledger(List<String> row) {
        switch (row.getFirst()) {
            case "offered" -> {
                int number = Integer.parseInt(row.get(1));
                List<String> recipients = List.of(row.get(4).split(","));
                offers.put(number, new Offer(number, row.get(2), row.get(3), recipients, ""));
            }
            case "answered" ->
                    offers.computeIfPresent(
                            Integer.valueOf(row.get(1)), (_, offer) -> offer.answered(row.get(2)));
            case "abandoned" -> abandoned.add(Integer.valueOf(row.get(1)));
            case "planted" -> planted.add(row.get(1));
            default -> throw new IllegalArgumentException("a row of no known kind: " + row);
        }
    }

    RunFolder folder() {
        return folder;
    }

    Map<Integer, Offer> offers() {
        return offers;
    }

    /// Numbers of messages whose final dot never left.
    Set<Integer> abandoned() {
        return abandoned;
    }

    /// Queue ids of damaged files that the driver put into the spool.
    List<String> planted() {
        return planted;
    }

    /// The number of the message that a client was told this queue id for; -1 if none was.
    int numberOf(String queueId) {
        return numbers.getOrDefault(queueId, -1);
    }

    /// Takes each copy of each sink in turn.
    @FunctionalInterface
    interface CopyReader {
        void take(Copy copy) throws IOException;
    }

    /// Shows every copy once; their texts are not kept.
    void copies(CopyReader reader) throws IOException {
        for (String sink : SINKS) {
            Path contents = folder.contents(sink);
            if (!Files.exists(contents)) {
                continue;
            }
            try (RandomAccessFile file = new RandomAccessFile(contents.toFile(), "r")) {
                for (List<String> row : Rows.read(folder.taken(sink))) {
                    file.seek(Long.parseLong(row.get(3)));
                    byte[] octets = new byte[Integer.parseInt(row.get(4))];
                    file.readFully(octets);
                    reader.take(
                            new Copy(
                                    sink,
                                    Integer.parseInt(row.get(0)),
                                    row.get(1),
                                    List.of(row.get(2).split(",")),
                                    new String(octets, StandardCharsets.ISO_8859_1)));
                }
            }
        }
    }
}
