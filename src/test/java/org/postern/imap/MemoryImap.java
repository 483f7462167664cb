package org.postern.imap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.postern.door.Wire;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.Faults;
import org.postern.testkit.MemorySocket;

/// A whole session on the caller's thread, without a socket and without TLS, over a real secure
/// mailbox. The client says what it is told and hangs up. Whatever is logged as an error is kept, a
/// fault of ours above all.
public final class MemoryImap {
    /// Stands in every letter of somebody else.
    public static final String CANARY = "zanzibar-8431";

    private static final byte[] PARTS =
            octets(
                    """
                    From: "Maria \\"G\\"" <maria@home.example>\r
                    Subject: =?utf-8?q?two_parts?=\r
                    Content-Type: multipart/mixed; boundary=b\r
                    \r
                    --b\r
                    Content-Type: text/plain; charset=utf-8\r
                    \r
                    one\r
                    --b\r
                    Content-Type: message/rfc822\r
                    \r
                    Subject: inner\r
                    \r
                    two\r
                    --b--\r
                    """);

    private static final String STRANGER = "stranger@clinic.example";
    private static final Duration WRITE = Duration.ofSeconds(10);

    /// What a client says when it may have changed a folder.
    private static final Pattern CHANGING =
            Pattern.compile(
                    "(?i)APPEND|COPY|MOVE|EXPUNGE|CLOSE|STORE|CREATE|RENAME|DELETE|SUBSCRIBE");

    private static final Faults FAULTS = Faults.in("org.postern");

    private final ImapWorld world;
    private int clinicians;

    private MemoryImap(ImapWorld world) {
        this.world = world;
    }

    /// How far the session has come before the first octet in question.
    public enum State {
        /// In clear.
        CONNECTED(false),
        /// Under TLS.
        SECURED(true),
        /// Logged in.
        KNOWN(true, "p1 LOGIN $me \"" + ImapWorld.SECRET + "\""),
        /// With the inbox to be read alone.
        EXAMINED(true, "p1 LOGIN $me \"" + ImapWorld.SECRET + "\"", "p2 EXAMINE INBOX"),
        /// With the inbox to be changed.
        SELECTED(true, "p1 LOGIN $me \"" + ImapWorld.SECRET + "\"", "p2 SELECT INBOX"),
        /// Waiting for news of the inbox.
        IDLING(true, "p1 LOGIN $me \"" + ImapWorld.SECRET + "\"", "p2 SELECT INBOX", "p3 IDLE"),
        /// In the second revision, with UTF-8 in names and strings.
        REVISION2(
                true,
                "p1 LOGIN $me \"" + ImapWorld.SECRET + "\"",
                "p2 ENABLE IMAP4rev2",
                "p3 SELECT INBOX"),
        /// In the first revision with UTF-8.
        UTF8(
                true,
                "p1 LOGIN $me \"" + ImapWorld.SECRET + "\"",
                "p2 ENABLE UTF8=ACCEPT",
                "p3 SELECT INBOX");

        private final boolean secured;
        private final String prelude;

        State(boolean secured, String... commands) {
            this.secured = secured;
            this.prelude = String.join("\n", commands);
        }
    }

    /// What came of a session.
    ///
    /// @param said what the server said, to the prelude as well, each octet a character
    /// @param faults what was logged as an error
    public record Outcome(String said, List<String> faults) {}

    /// Makes a mailbox in a new folder, with a letter that nobody else may see.
    public static MemoryImap open() {
        try {
            ImapWorld world = new ImapWorld(Files.createTempDirectory("memory-imap"));
            world.store(STRANGER, Direction.FROM_PATIENT, letter(CANARY));
            MemoryImap imap = new MemoryImap(world);
            imap.nextClinician();
            return imap;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Plays a session to its end.
    ///
    /// @param segments what the client says after the prelude of the state, one for each read
    public Outcome play(State state, List<byte[]> segments) {
        FAULTS.forget();
        try {
            List<byte[]> all = new ArrayList<>();
            for (String command : state.prelude.lines().toList()) {
                all.add(octets(command.replace("$me", me()) + "\r\n"));
            }
            all.addAll(segments);
            MemorySocket socket = new MemorySocket(all, 0);
            world.serve(new Wire(socket, WRITE), state.secured);
            if (mayHaveChanged(segments)) {
                nextClinician();
            }
            return new Outcome(socket.heard(), FAULTS.messages());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Who logs in by the prelude of the next session.
    String me() {
        return "c" + clinicians + "@clinic.example";
    }

    /// Goes over to somebody whose folders are as they were in the beginning.
    private void nextClinician() throws IOException {
        clinicians++;
        world.store(me(), Direction.FROM_PATIENT, letter("hello"));
        world.store(me(), Direction.FROM_PATIENT, PARTS);
    }

    private static String letter(String word) {
        return "From: maria@home.example\r\nSubject: " + word + "\r\n\r\n" + word + "\r\n";
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean mayHaveChanged(List<byte[]> segments) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        segments.forEach(all::writeBytes);
        return CHANGING.matcher(all.toString(StandardCharsets.ISO_8859_1)).find();
    }
}
