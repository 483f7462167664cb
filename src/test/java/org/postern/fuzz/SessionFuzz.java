package org.postern.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.postern.smtp.MemorySession;
import org.postern.smtp.SmtpListener;
import org.postern.testkit.MemoryReception.Received;

/// Whatever a client says, in whatever state and however it is cut: there is no fault of ours, each
/// reply is well formed, a message is taken exactly where `DataModel` finds one, none goes to
/// anybody but the clinic by the door of the world, and by the doors of the staff none comes but
/// from whoever has logged in; how she did stays between her and the server.
///
/// The first octet names door and state, the second the cuts, the others are what the client says.
public final class SessionFuzz {
    private static final Pattern REPLIES =
            Pattern.compile("(?:[2-5][0-9]{2}[ -][ -~]{0,506}\r\n)*");
    private static final Pattern OWN_FIELDS =
            Pattern.compile("(?im)^(x-postern-|authentication-results)");
    private static final SmtpListener.Kind[] DOORS = {
        SmtpListener.Kind.INBOUND,
        SmtpListener.Kind.RELAY,
        SmtpListener.Kind.SUBMISSIONS,
        SmtpListener.Kind.SUBMISSION
    };
    private static final String READY_FOR_TLS = "220 2.0.0 ";
    private static final int TRACE_LINES = 3;
    private static final MemorySession.State[] STATES = MemorySession.State.values();

    private SessionFuzz() {}

    /// Makes the keys and loads the classes before the first input, whose time is counted.
    public static void fuzzerInitialize() {
        for (SmtpListener.Kind door : DOORS) {
            for (MemorySession.State state : STATES) {
                fuzzerTestOneInput(new byte[] {(byte) begin(door, state), 0, 'Q'});
            }
        }
    }

    /// The octet that an input begins with.
    static char begin(SmtpListener.Kind door, MemorySession.State state) {
        int number = List.of(DOORS).indexOf(door) << 4 | List.of(STATES).indexOf(state);
        // A letter, so that people can read it.
        return (char) ('@' | number);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        MemorySession.State state = STATES[(input[0] & 0x0F) % STATES.length];
        SmtpListener.Kind kind = DOORS[(input[0] >> 4) & 3];
        byte[] said = Arrays.copyOfRange(input, 2, input.length);
        MemorySession.Outcome outcome =
                Effort.bounded(() -> MemorySession.play(kind, state, cut(said, input[1])));
        check(kind, said, outcome, state.isOpen(kind));
        new LoginModel(kind, state, said).check(outcome);
    }

    /// Whole, behind each line feed, or into pieces of one length.
    static List<byte[]> cut(byte[] octets, int how) {
        List<byte[]> segments = new ArrayList<>();
        int piece = ((how >> 2) & 0x3F) + 1;
        int from = 0;
        for (int to = 1; to <= octets.length; to++) {
            boolean here =
                    switch (how & 3) {
                        case 0 -> false;
                        case 1 -> octets[to - 1] == '\n';
                        default -> to - from == piece;
                    };
            if (here || to == octets.length) {
                segments.add(Arrays.copyOfRange(octets, from, to));
                from = to;
            }
        }
        return segments;
    }

    private static void check(
            SmtpListener.Kind kind, byte[] said, MemorySession.Outcome outcome, boolean open) {
        Promise.hold(outcome.faults().isEmpty(), "a fault of ours: " + outcome.faults());
        Promise.hold(outcome.openDrafts() == 0, "a draft stays open");
        // A client that knows no TLS gets octets that are no replies.
        int secret = open ? -1 : outcome.said().indexOf(READY_FOR_TLS);
        String readable =
                secret < 0
                        ? outcome.said()
                        : outcome.said().substring(0, outcome.said().indexOf('\n', secret) + 1);
        Promise.hold(REPLIES.matcher(readable).matches(), "a malformed reply: " + outcome.said());
        List<String> expected = DataModel.messages(said, outcome.dataBegins());
        List<String> taken = new ArrayList<>();
        for (Received received : outcome.received()) {
            taken.add(received.text().split("(?<=\n)", TRACE_LINES + 1)[TRACE_LINES]);
            boolean ours =
                    received.envelope().recipients().stream()
                            .allMatch(r -> r.domain().name().equals("clinic.example"));
            Promise.hold(ours || kind != SmtpListener.Kind.INBOUND, "relayed for a stranger");
        }
        Promise.hold(
                agree(expected, taken, chunked(said)),
                "taken " + taken + " instead of " + expected);
        Promise.hold(taken.stream().allMatch(DataModel::isClean), "not clean: " + taken);
        int promises = outcome.said().split("250 2\\.0\\.0 Accepted\r\n", -1).length - 1;
        Promise.hold(promises == taken.size(), promises + " promises for " + taken.size());
    }

    /// How many messages may have come by BDAT at most, which the model does not know.
    private static int chunked(byte[] said) {
        String text = new String(said, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
        return text.contains("BDAT") ? text.split("LAST", -1).length - 1 : 0;
    }

    /// The messages that came by DATA are all there and in their order; between them may be some
    /// that came by BDAT.
    private static boolean agree(List<String> expected, List<String> taken, int chunked) {
        Iterator<String> rest = taken.iterator();
        for (String message : expected) {
            boolean found = false;
            while (!found && rest.hasNext()) {
                found = isKept(message, rest.next());
            }
            if (!found) {
                return false;
            }
        }
        return taken.size() - expected.size() <= chunked;
    }

    /// Word for word, unless the message bears fields that are ours and are taken out.
    private static boolean isKept(String message, String taken) {
        return message.equals(taken)
                || (taken.length() < message.length() && OWN_FIELDS.matcher(message).find());
    }
}
