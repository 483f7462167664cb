package org.postern.showing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postern.grammar.Command;
import org.postern.grammar.SequenceSet;
import org.postern.snapshot.UidRanges;
import org.postern.talk.Conversation;

/// What a client is told that was away: RFC 7162 §3.2.5, §3.2.6. It goes by what the session has
/// been told of the folder since.
public final class Absence {
    private final Conversation out;
    private final View view;

    public Absence(Conversation out, View view) {
        this.out = out;
        this.view = view;
    }

    /// Messages that are gone since a client was here last, as far as this view has been told of
    /// the folder: RFC 7162 §3.2.6.
    ///
    /// @param among UIDs of which it is told
    /// @param modseq up to which it knows everything
    private void tellGone(UidRanges among, long modseq) throws IOException {
        // Of messages that the client counts still it hears another way.
        UidRanges gone =
                view.folder()
                        .vanished(modseq, view.told())
                        .and(UidRanges.gaps(view.uids(), Integer.MAX_VALUE));
        for (String each : gone.and(among).texts(View.RANGES_AT_ONCE)) {
            out.write("* VANISHED (EARLIER) " + each + "\r\n");
        }
    }

    public void tellGone(SequenceSet among, long modseq) throws IOException {
        tellGone(ranges(among), modseq);
    }

    /// What has changed since a client was here last: RFC 7162 §3.2.5.
    ///
    /// @param known by the client when it opens the folder
    public void tellSince(Command.Known known) throws IOException {
        if (known.validity() != view.told().counters().validity()
                || !view.folder().keepsModseqs()) {
            return;
        }
        UidRanges among =
                known.uids().map(this::ranges).orElseGet(() -> UidRanges.gaps(new int[0], last()));
        int sure = known.sample().map(this::lastMatch).orElse(0);
        UidRanges unsure = UidRanges.of(List.of(new UidRanges.Range(sure + 1, last() + 1)));
        tellGone(among.and(unsure), known.modseq());
        for (int place = 0; place < view.told().count(); place++) {
            int uid = view.told().uids()[place];
            if (view.told().modseq(place) > known.modseq() && among.contains(uid)) {
                out.write(view.change(view.told(), uid, true, true));
            }
        }
    }

    /// The last UID that there was.
    private int last() {
        return view.told().counters().next() - 1;
    }

    /// The UIDs that a set names, also of messages that are gone: `*` is the last there was.
    private UidRanges ranges(SequenceSet set) {
        if (set.isSaved()) {
            return UidRanges.of(view.saved());
        }
        int[] ends = set.ranges(last());
        List<UidRanges.Range> ranges = new ArrayList<>();
        for (int i = 0; i < ends.length; i += 2) {
            ranges.add(new UidRanges.Range(ends[i], ends[i + 1]));
        }
        return UidRanges.of(ranges);
    }

    /// RFC 7162 §3.2.5.2: the last message that the client knows by the number that it has. Up to
    /// there nothing has gone of which the client does not know.
    private int lastMatch(Command.Sample sample) {
        int[] numbers = first(sample.numbers(), view.uids().length);
        int[] known = first(sample.uids(), view.uids().length);
        int match = 0;
        for (int i = 0; i < Math.min(numbers.length, known.length); i++) {
            if (numbers[i] <= view.uids().length && view.uids()[numbers[i] - 1] == known[i]) {
                match = Math.max(match, known[i]);
            }
        }
        return match;
    }

    /// The first numbers of a set. They ascend, so that there are no more than messages.
    private static int[] first(SequenceSet set, int most) {
        int[] ends = set.ranges(Integer.MAX_VALUE);
        int[] numbers = new int[most];
        int count = 0;
        for (int i = 0; i < ends.length; i += 2) {
            // Behind the largest number there is none, so that an int would begin anew.
            for (long number = ends[i]; number <= ends[i + 1] && count < most; number++) {
                numbers[count++] = (int) number;
            }
        }
        return Arrays.copyOf(numbers, count);
    }
}
