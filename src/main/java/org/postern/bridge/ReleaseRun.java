package org.postern.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.postern.cabinet.Filed;
import org.postern.cabinet.Folder;

/// What one MOVE or COPY from the folder of held mail to `Release` asks for.
public record ReleaseRun(Folder held, Releases.Person person, Releases releases) {
    /// Messages of one command, each of which is looked at by the whole policy once more.
    public static final int MESSAGES_MAX = 20;

    /// What came of it.
    ///
    /// @param released how many were
    /// @param refusals a line for each of the others
    public record Outcome(int released, List<String> refusals) {}

    /// Each message is decided about on its own; those that are gone are left out.
    ///
    /// @throws IOException if a decision could not be written down; those before it stand
    public Outcome release(int[] uids) throws IOException {
        int released = 0;
        List<String> refusals = new ArrayList<>();
        for (Filed filed : held.filed(uids, false)) {
            Releases.Result result = releases.release(person, filed.key());
            if (result.released()) {
                released++;
            } else {
                refusals.add("UID %d: %s".formatted(filed.uid(), result.words()));
            }
        }
        return new Outcome(released, List.copyOf(refusals));
    }
}
