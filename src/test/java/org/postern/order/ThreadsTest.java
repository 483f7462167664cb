package org.postern.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.order.Threads.Member;

/// Messages are called by their numbers from 1; each was sent a second after the one before.
class ThreadsTest {
    private static Member member(int number, String subject, String id, String... references) {
        return new Member(
                number - 1,
                Instant.ofEpochSecond(number),
                SubjectBase.of(subject),
                id,
                List.of(references));
    }

    private static String text(Member... members) throws Threads.TooDeepException {
        return new Threads(List.of(members)).text(place -> place + 1);
    }

    @Test
    void answersFollowWhatTheyAnswer() throws Exception {
        assertEquals("", text());
        assertEquals("(1)(2)", text(member(1, "a", "1"), member(2, "b", "2")));
        assertEquals(
                "(1 2 (3)(4 5))",
                text(
                        member(1, "a", "1"),
                        member(2, "b", "2", "1"),
                        member(3, "c", "3", "1", "2"),
                        member(4, "d", "4", "2"),
                        member(5, "e", "5", "1", "2", "4")));
    }

    @Test
    void whatIsNotThereStaysOutAndHoldsTogether() throws Exception {
        assertEquals("((1)(2))", text(member(1, "a", "1", "gone"), member(2, "b", "2", "gone")));
        assertEquals("(1)", text(member(1, "a", "1", "gone", "too")));
        assertEquals(
                "(1 (2)(3))",
                text(
                        member(1, "a", "1"),
                        member(2, "b", "2", "1", "gone"),
                        member(3, "c", "3", "1", "gone")));
    }

    @Test
    void loopsAndDoublesAreNone() throws Exception {
        assertEquals("(1)", text(member(1, "a", "1", "1")));
        assertEquals("(2 1)", text(member(1, "a", "1", "2"), member(2, "b", "2", "1")));
        // The first has the id; the other is one without.
        assertEquals(
                "(1 3)(2)",
                text(member(1, "a", "1"), member(2, "b", "1"), member(3, "c", "3", "1")));
        assertEquals("(1)(2)", text(member(1, "a", ""), member(2, "b", "")));
    }

    /// Step (5).
    @Test
    void equalSubjectsAreOneThread() throws Exception {
        assertEquals("(1 2)", text(member(1, "knee", "1"), member(2, "Re: KNEE", "2")));
        assertEquals("(2 1)", text(member(1, "Re: knee", "1"), member(2, "knee", "2")));
        assertEquals("((1)(2))", text(member(1, "knee", "1"), member(2, "knee", "2")));
        assertEquals(
                "((1)(2)(3))",
                text(member(1, "knee", "1"), member(2, "knee", "2"), member(3, "re: knee", "3")));
        assertEquals("((1)(2))", text(member(1, "Re: a", "1"), member(2, "Re: a", "2")));
        assertEquals("(1)(2)", text(member(1, "", "1"), member(2, "", "2")));
        // Two dummies, and a message beside them.
        assertEquals(
                "((1)(2)(3)(4)(5))",
                text(
                        member(1, "a", "1", "x"),
                        member(2, "b", "2", "x"),
                        member(3, "a", "3", "y"),
                        member(4, "c", "4", "y"),
                        member(5, "a", "5")));
    }

    /// Every message is told once, whatever the references are, and no depth is too deep.
    @Test
    void nothingIsLost() throws Exception {
        SplittableRandom random = new SplittableRandom(5_256);
        for (int round = 0; round < 3_000; round++) {
            List<Member> members = new ArrayList<>();
            int count = random.nextInt(1, 9);
            for (int number = 1; number <= count; number++) {
                String[] references =
                        IntStream.range(0, random.nextInt(4))
                                .mapToObj(_ -> "" + random.nextInt(9))
                                .toArray(String[]::new);
                String subject = List.of("a", "re: a", "b", "").get(random.nextInt(4));
                members.add(member(number, subject, "" + random.nextInt(9), references));
            }
            String text = new Threads(members).text(place -> place + 1);
            TreeSet<Integer> told = new TreeSet<>();
            for (String word : text.split("[() ]+", -1)) {
                if (!word.isEmpty()) {
                    assertTrue(told.add(Integer.valueOf(word)), text);
                }
            }
            assertEquals(count, told.size(), text);
        }
        List<Member> deep = new ArrayList<>();
        for (int number = 1; number <= 9_000; number++) {
            deep.add(member(number, "a", "" + number, "" + (number - 1)));
        }
        String text = new Threads(deep).text(place -> place + 1);
        assertTrue(text.endsWith(" 8999 9000)"), text.substring(text.length() - 50));
    }

    @Test
    void idsAreTheSameHoweverTheyAreQuoted() {
        assertEquals(List.of("a@x", "b c@x"), MessageIds.of("<a@x> word (c) <\"b\\ c\"@x>"));
        assertEquals(List.of("01K@x"), MessageIds.of("<\"01K\"@x>"));
        assertEquals(List.of("b@x"), MessageIds.of("<a <b@x> <@x> <a@> <> <nothing"));
        assertEquals(List.of(), MessageIds.of("a@x"));
    }
}
