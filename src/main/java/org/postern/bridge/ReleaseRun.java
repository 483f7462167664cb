package org.postern.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Folder;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;

/// What one MOVE or COPY from the folder of held mail to `Release` asks for.
public record ReleaseRun(Folder held, Releases.Person person, Releases releases) {
    /// Messages of one command, each of which is looked at by the whole policy once more.
    public static final int MESSAGES_MAX = 20;

    /// Of what does not lie there any more.
    private static final Releases.Result GONE = new Releases.Result(false, "it was decided before");

    /// What came of it.
    ///
    /// @param released how many were
    /// @param refusals a line for each of the others
    public record Outcome(int released, List<String> refusals) {}

    /// Writes down that all of it was refused: by the first message that is there, however many
    /// were named.
    ///
    /// @throws IOException if it could not be written down
    public void refuse(int[] uids, String why) throws IOException {
        for (Filed first : First.of(held, uids)) {
            releases.noteRefused(person, first.key(), why);
        }
    }

    /// Each message is decided about on its own. One that is gone is refused: who asked for it
    /// would think otherwise that it is she who let it go.
    ///
    /// @throws IOException if a decision could not be written down; those before it stand
    public Outcome release(int[] uids) throws IOException {
        Map<Integer, Filed> there =
                held.filed(uids, Detail.ROW).stream()
                        .collect(Collectors.toMap(Filed::uid, Function.identity()));
        int released = 0;
        List<String> refusals = new ArrayList<>();
        for (int uid : uids) {
            @Nullable Filed filed = there.get(uid);
            Releases.Result result = filed == null ? GONE : releases.release(person, filed.key());
            if (result.released()) {
                released++;
            } else {
                refusals.add("UID %d: %s".formatted(uid, result.words()));
            }
        }
        return new Outcome(released, List.copyOf(refusals));
    }
}
