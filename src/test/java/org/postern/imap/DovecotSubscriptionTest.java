package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.ImapPeer;

/// What is subscribed after folders were deleted and renamed is the same in our server and in
/// Dovecot, word for word, but for attributes that one of them tells in addition: LSUB says of what
/// is gone that it does not open, which Dovecot leaves out.
class DovecotSubscriptionTest {
    private static final List<String> COMMANDS =
            List.of(
                    "CREATE W-one",
                    "SUBSCRIBE W-one",
                    "CREATE W-two",
                    "SUBSCRIBE W-two",
                    "CREATE W-three",
                    "DELETE W-one",
                    "LIST \"\" W*",
                    "LIST (SUBSCRIBED) \"\" W*",
                    "LSUB \"\" W*",
                    "RENAME W-two W-four",
                    "LIST \"\" W*",
                    "LIST (SUBSCRIBED) \"\" W*",
                    "LSUB \"\" W*",
                    "CREATE W-one",
                    "LIST \"\" W* RETURN (SUBSCRIBED)",
                    "RENAME W-three W-two",
                    "LIST (SUBSCRIBED) \"\" W*",
                    "SUBSCRIBE W-nowhere",
                    "UNSUBSCRIBE W-two",
                    "DELETE W-one",
                    "UNSUBSCRIBE W-one",
                    "LIST (SUBSCRIBED) \"\" W*",
                    "LSUB \"\" W*");

    @TempDir Path home;

    @Test
    void bothKeepNames() throws Exception {
        try (BesideDovecot beside = new BesideDovecot(home)) {
            for (String command : COMMANDS) {
                assertEquals(told(beside.theirs, command), told(beside.ours, command), command);
            }
        }
    }

    private static List<String> told(ImapPeer peer, String command) throws IOException {
        List<String> said = new ArrayList<>();
        String answer = peer.any(command, said);
        List<String> told =
                new ArrayList<>(
                        said.stream()
                                .map(it -> it.strip().replaceFirst("\"[./]\"", "\"/\""))
                                .map(it ->
                                        it.replaceAll(
                                                "\\\\(HasNoChildren|UnMarked|Marked|Noselect) ?",
                                                ""))
                                .map(DovecotSubscriptionTest::inOrder)
                                .sorted()
                                .toList());
        told.add(answer.substring(0, 2));
        return told;
    }

    /// Attributes have no order.
    private static String inOrder(String line) {
        int begin = line.indexOf('(') + 1;
        int end = line.indexOf(')');
        String attributes =
                Stream.of(line.substring(begin, end).strip().split(" ", 0))
                        .sorted()
                        .collect(Collectors.joining(" "));
        return line.substring(0, begin) + attributes + line.substring(end);
    }
}
