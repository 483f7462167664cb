package org.postern.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.postern.order.MessageIds;
import org.postern.order.SubjectBase;
import org.postern.order.Threads;

/// One THREAD by REFERENCES: RFC 5256 §3. It puts together what a search has found.
public final class ThreadRun {
    /// One message without its ids and its subject.
    private static final int MESSAGE_OCTETS = 300;

    private final SearchRun.Scene scene;

    public ThreadRun(SearchRun.Scene scene) {
        this.scene = scene;
    }

    public Needs needs() {
        return Needs.FIELDS;
    }

    /// The threads as they are told, without a word in front of them.
    ///
    /// @param name what a message at a place is called
    /// @throws LimitException if it takes more than one may take
    public String threads(BitSet found, IntUnaryOperator name) throws IOException, LimitException {
        try {
            return new Threads(members(found)).text(name);
        } catch (Threads.TooDeepException e) {
            throw new LimitException();
        }
    }

    private List<Threads.Member> members(BitSet found) throws IOException, LimitException {
        List<Threads.Member> members = new ArrayList<>();
        Allowance allowance = new Allowance(SearchLimits.ORDERED_OCTETS_MAX);
        new Pages(scene, needs(), true)
                .each(
                        scene.found(found),
                        filed -> {
                            int place = scene.place(filed.uid());
                            Looked looked = new Looked(place, filed.uid(), filed);
                            members.add(member(looked, allowance));
                        });
        members.sort(Comparator.comparingInt(Threads.Member::place));
        return members;
    }

    private static Threads.Member member(Looked looked, Allowance allowance)
            throws IOException, LimitException {
        allowance.take(MESSAGE_OCTETS);
        List<String> own = MessageIds.of(String.join(" ", looked.raw("Message-ID")));
        List<String> references = MessageIds.of(String.join(" ", looked.raw("References")));
        if (references.isEmpty()) {
            references =
                    MessageIds.of(String.join(" ", looked.raw("In-Reply-To"))).stream()
                            .limit(1)
                            .toList();
        }
        int left = Math.max(0, references.size() - SearchLimits.REFERENCES_MAX);
        List<String> last = new ArrayList<>(references.size() - left);
        for (String id : references.subList(left, references.size())) {
            last.add(allowance.id(id));
        }
        SubjectBase subject = looked.subject();
        return new Threads.Member(
                looked.place(),
                looked.sent(),
                new SubjectBase(allowance.text(subject.text()), subject.reply()),
                own.isEmpty() ? "" : allowance.id(own.getFirst()),
                last);
    }
}
