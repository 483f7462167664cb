package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;

/// Whoever asks learns nothing from the answer, its octets or its time: of links (T6), of addresses
/// (T9).
class SameAnswerTest {
    private static final int WARM_UP = 20;
    private static final int SAMPLES = 150;

    /// Between the medians of two kinds of question.
    private static final Duration DIFFERENCE_MAX = Duration.ofMillis(5);

    @TempDir Path data;
    private PickupWorld world;
    private PageClient somebody;

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
        somebody = new PageClient(world);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    /// One question, asked anew each time.
    @FunctionalInterface
    private interface Question {
        Page ask() throws IOException;
    }

    private static void assertAlike(List<Question> questions) throws IOException {
        assertAlike(_ -> {}, questions);
    }

    /// Asks all in turn, so that what else the machine does falls on all of them.
    ///
    /// @param before done before each round, with the number of those that were
    private static void assertAlike(IntConsumer before, List<Question> questions)
            throws IOException {
        List<long[]> times = new ArrayList<>();
        Set<String> answers = new HashSet<>();
        questions.forEach(_ -> times.add(new long[SAMPLES]));
        for (int i = -WARM_UP; i < SAMPLES; i++) {
            before.accept(i + WARM_UP);
            for (int q = 0; q < questions.size(); q++) {
                long begin = System.nanoTime();
                Page page = questions.get(q).ask();
                long took = System.nanoTime() - begin;
                answers.add(whole(page));
                if (i >= 0) {
                    times.get(q)[i] = took;
                }
            }
        }
        assertEquals(1, answers.size(), answers.toString());
        List<Long> medians = times.stream().map(SameAnswerTest::median).toList();
        long most = medians.stream().max(Long::compare).orElseThrow();
        long least = medians.stream().min(Long::compare).orElseThrow();
        assertTrue(most - least < DIFFERENCE_MAX.toNanos(), "medians in ns: " + medians);
    }

    private static long median(long[] times) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /// Status, fields and octets; the date aside.
    private static String whole(Page page) {
        String fields =
                page.response().headers().map().entrySet().stream()
                        .filter(field -> !field.getKey().equalsIgnoreCase("date"))
                        .map(Object::toString)
                        .sorted()
                        .collect(Collectors.joining("\n"));
        return page.status() + "\n" + fields + "\n" + page.text();
    }

    @Test
    void aDeadLinkIsLikeOneThatNeverWas() throws IOException {
        StoredMessage message = world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "Text"));
        String revoked = world.grant(message).value();
        world.mailbox.revokeGrants(message.key());
        String expired = world.grant(message).value();
        world.clock.advance(Duration.ofDays(31));
        assertAlike(
                List.of(
                        () -> somebody.get("/m/" + "A".repeat(43)),
                        () -> somebody.get("/m/" + revoked),
                        () -> somebody.get("/m/" + expired),
                        () -> somebody.get("/m/" + "x")));
        assertAlike(List.of(() -> open("A".repeat(43)), () -> open(revoked), () -> open(expired)));
    }

    private Page open(String token) throws IOException {
        return somebody.post("/open", Map.of("token", token, "answer", PickupWorld.BIRTH_DATE));
    }

    /// T9: each address may have three an hour, so a day goes by between two rounds; and the mail
    /// of a round is waited for, since nobody is served who asks while too much is being made.
    @Test
    void aKnownAddressIsAnsweredLikeAnUnknownOne() throws IOException {
        assertAlike(
                round -> {
                    world.freshLinks(2 * round);
                    world.clock.advance(Duration.ofDays(1));
                },
                List.of(
                        () -> fresh("maria@patients.example"),
                        () -> fresh("nobody@nowhere.example"),
                        () -> fresh("no address at all")));
        assertTrue(world.freshLinks.contains(PickupWorld.MARIA));
    }

    private Page fresh(String address) throws IOException {
        return somebody.post("/fresh", Map.of("address", address));
    }

    /// T8: whoever has no link can shut nobody out.
    @Test
    void withoutALinkNoCountMoves() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        for (int i = 0; i < 100; i++) {
            String guess = PickupToken.next(new java.security.SecureRandom()).value();
            assertEquals(404, somebody.post("/open", guess(guess)).status());
            assertEquals(404, somebody.post("/code", guess(guess)).status());
        }
        assertEquals(List.of(), world.acts());
        assertTrue(somebody.post("/open", guess(token)).text().contains("You have 4 tries left"));
        somebody.open(token, PickupWorld.BIRTH_DATE);
    }

    private static Map<String, String> guess(String token) {
        return Map.of("token", token, "answer", "01/01/1980");
    }

    /// T6: 256 bits, and no octet of them more likely than another.
    @Test
    void linksAreRandomInEveryPlace() {
        var random = new java.security.SecureRandom();
        int count = 6_400;
        int[][] seen = new int[42][128];
        Set<String> all = new HashSet<>();
        for (int i = 0; i < count; i++) {
            String token = PickupToken.next(random).value();
            assertEquals(43, token.length());
            all.add(token);
            for (int place = 0; place < seen.length; place++) {
                seen[place][token.charAt(place)]++;
            }
        }
        assertEquals(count, all.size());
        double expected = count / 64.0;
        for (int[] place : seen) {
            double chi = 0;
            for (char c = 0; c < 128; c++) {
                if (Character.isLetterOrDigit(c) || c == '-' || c == '_') {
                    chi += Math.pow(place[c] - expected, 2) / expected;
                }
            }
            // 63 degrees of freedom: beyond 150 once in a hundred million places.
            assertTrue(chi < 150, "chi square " + chi);
        }
    }
}
