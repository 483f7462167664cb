package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.testkit.SmtpPeer;

/// S25: what somebody learns who guesses names and passwords, and how long he may.
class GuessingTest {
    private static final String NOBODY = "nobody@clinic.example";

    @Test
    void aWrongNameIsAnsweredLikeAWrongPassword() throws IOException {
        assertEquals(answers(World.ALICE.toString()), answers(NOBODY));
    }

    private static List<String> answers(String user) throws IOException {
        try (World world = new World(SmtpListener.Kind.SUBMISSIONS);
                SmtpPeer peer = begin(world)) {
            List<String> answers = new ArrayList<>();
            for (String secret : List.of("wrong", "", "a\0b", "\u00FF")) {
                peer.say("AUTH PLAIN " + DialogueTest.plain(user, secret));
                answers.add(peer.line());
            }
            assertEquals(world.refusals.size(), answers.size());
            return answers;
        }
    }

    @Test
    void failuresAreRememberedWhenTheClientHangsUp() throws IOException {
        try (World world = new World(SmtpListener.Kind.SUBMISSIONS)) {
            guess(world, World.ALICE.toString(), 4);
            guess(world, World.ALICE.toString(), 4);
            guess(world, World.ALICE.toString(), 2);
            try (SmtpPeer peer = begin(world)) {
                for (String secret : List.of("wrong", World.SECRET)) {
                    peer.ask(
                            "AUTH PLAIN " + DialogueTest.plain(World.ALICE.toString(), secret),
                            "454 4.7.0 *");
                }
                // Another name from the same source is not locked yet.
                peer.ask("AUTH PLAIN " + DialogueTest.plain(NOBODY, "x"), "535 5.7.8 *");
            }
        }
    }

    @Test
    void aSessionThatIsLockedEndsLikeOneThatFails() throws IOException {
        try (World world = new World(SmtpListener.Kind.SUBMISSIONS)) {
            for (int i = 0; i < 5; i++) {
                guess(world, "name" + i + "@clinic.example", 4);
            }
            try (SmtpPeer peer = begin(world)) {
                String login = DialogueTest.plain(World.ALICE.toString(), World.SECRET);
                for (int i = 0; i < 5; i++) {
                    peer.ask("AUTH PLAIN " + login, "454 4.7.0 *");
                }
                peer.expect("421 4.7.0 *");
                assertTrue(peer.isClosed());
            }
        }
    }

    private static void guess(World world, String user, int times) throws IOException {
        try (SmtpPeer peer = begin(world)) {
            for (int i = 0; i < times; i++) {
                peer.ask("AUTH PLAIN " + DialogueTest.plain(user, "guess" + i), "535 5.7.8 *");
            }
        }
    }

    private static SmtpPeer begin(World world) throws IOException {
        SmtpPeer peer = world.connect();
        World.secure(peer);
        peer.expect("220 *");
        peer.ask("EHLO ward.example", "250 *");
        return peer;
    }
}
