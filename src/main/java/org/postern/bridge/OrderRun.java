package org.postern.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postern.cabinet.Folder;
import org.postern.mail.Address;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.sent.SentOrder;

/// The orders that one STORE gives by its keywords.
///
/// @param by who gives them
public record OrderRun(Folder folder, Address by, Orders orders) {
    /// Messages of one command, so that a slip of the hand does not take back a whole folder.
    public static final int MESSAGES_MAX = 20;

    /// What came of them.
    ///
    /// @param done how many messages it was done for
    /// @param refusals a line for each of the others
    /// @param words of the last one
    public record Outcome(int done, List<String> refusals, String words) {
        /// One line for all.
        public String summary() {
            return done + refusals.size() == 1
                    ? words
                    : done + " done, " + refusals.size() + " not";
        }
    }

    /// The orders among keywords.
    public static List<SentOrder> among(List<String> keywords) {
        return keywords.stream().flatMap(it -> SentOrder.of(it).stream()).distinct().toList();
    }

    /// Writes down that orders were refused as a whole: by the first message that is there, however
    /// many were named, so that one command makes few entries.
    ///
    /// @throws IOException if it could not be written down
    public void refuse(List<SentOrder> given, int[] uids, String why) throws IOException {
        for (Filed first : First.of(folder, uids)) {
            for (SentOrder order : given) {
                orders.noteRefused(by, first.key(), order, why);
            }
        }
    }

    /// Gives one order for these messages, at most `MESSAGES_MAX`; those that are gone are left
    /// out.
    ///
    /// @throws IOException if one of them could not be audited or done; those before it are
    public Outcome give(SentOrder order, int[] uids) throws IOException {
        int done = 0;
        List<String> refusals = new ArrayList<>();
        String words = "there was nothing to do";
        for (Filed filed : folder.filed(uids, Detail.ROW)) {
            Orders.Result result = orders.give(by, filed.key(), order);
            words = result.words();
            if (result.done()) {
                done++;
            } else {
                String line = "UID %d: no %s: %s";
                String name = order.name().toLowerCase(Locale.ROOT);
                refusals.add(line.formatted(filed.uid(), name, words));
            }
        }
        return new Outcome(done, List.copyOf(refusals), words);
    }
}
