package org.postern.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.postern.imap.MemoryImap;

/// Whatever a mail program says, in whatever state and however it is cut: there is no fault of
/// ours, each response is well formed, no octet of a literal is obeyed as a command, and nobody
/// else's letter is shown.
///
/// The first octet names the state, the second the cuts, the others are what the client says.
public final class ImapFuzz {
    private static final MemoryImap.State[] STATES = MemoryImap.State.values();

    private static final class Lazily {
        static final MemoryImap IMAP = MemoryImap.open();
    }

    private ImapFuzz() {}

    /// Makes the mailbox and loads the classes before the first input, whose time is counted.
    public static void fuzzerInitialize() {
        for (int state = 0; state < STATES.length; state++) {
            fuzzerTestOneInput(new byte[] {(byte) state, 0, 'a', ' ', 'N'});
        }
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        MemoryImap.State state = STATES[(input[0] & 0x0F) % STATES.length];
        byte[] said = Arrays.copyOfRange(input, 2, input.length);
        List<byte[]> segments = SessionFuzz.cut(said, input[1]);
        MemoryImap.Outcome outcome = Effort.bounded(() -> Lazily.IMAP.play(state, segments));
        String text = new String(said, StandardCharsets.ISO_8859_1);
        Promise.hold(outcome.faults().isEmpty(), "a fault of ours: " + outcome.faults());
        Promise.hold(
                text.contains("zan") || !outcome.said().contains(MemoryImap.CANARY),
                "somebody else's letter was shown");
        new ImapAnswers(outcome.said()).check(ImapCommands.tags(text));
    }
}
