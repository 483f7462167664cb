package org.postern.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.postern.imap.MemoryImap;

/// Whatever a mail program says, in whatever state and however it is cut: there is no fault of
/// ours, each response is well formed, no octet of a literal is obeyed as a command, and nobody
/// else's letter is shown.
///
/// The first octet names the state, the second the cuts, the others are what the client says.
public final class ImapFuzz {
    private static final MemoryImap.State[] STATES = MemoryImap.State.values();

    /// In an input. Each line may store a letter, durably, so that some hundred take more than the
    /// second that an input has.
    private static final int LINES_MAX = 80;

    /// In an input, of copies of more than one letter. Each may double those of a folder.
    private static final int COPIES_MAX = 3;

    private static final Pattern COPY = Pattern.compile("(?i)COPY\\s+\\S*[:*,$]");

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

    /// Whether an input asks for no more than may be done in the time that it has.
    static boolean isPlayed(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        return input.length >= 2
                && text.chars().filter(it -> it == '\n').count() <= LINES_MAX
                && COPY.matcher(text).results().count() <= COPIES_MAX;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (!isPlayed(input)) {
            return;
        }
        MemoryImap.State state = STATES[(input[0] & 0x0F) % STATES.length];
        byte[] said = Arrays.copyOfRange(input, 2, input.length);
        String text = new String(said, StandardCharsets.ISO_8859_1);
        List<byte[]> segments = SessionFuzz.cut(said, input[1]);
        MemoryImap.Outcome outcome = Effort.bounded(() -> Lazily.IMAP.play(state, segments));
        Promise.hold(outcome.faults().isEmpty(), "a fault of ours: " + outcome.faults());
        Promise.hold(
                text.contains("zan") || !outcome.said().contains(MemoryImap.CANARY),
                "somebody else's letter was shown");
        new ImapAnswers(outcome.said()).check(ImapCommands.tags(text));
    }
}
