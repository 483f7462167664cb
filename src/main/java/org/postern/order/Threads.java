package org.postern.order;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Which message answers which: RFC 5256 §3, REFERENCES. The numbers in comments are the steps
/// there. Nothing here calls itself, because threads may be as deep as a folder is long.
public final class Threads {
    /// Steps upwards that are taken to find loops.
    private static final long STEPS_MAX = 50_000_000;

    private static final Comparator<Node> BY_DATE =
            Comparator.comparing((Node node) -> node.first().sent())
                    .thenComparing(node -> node.first().place());

    private final Map<String, Node> byId = new HashMap<>();
    private final List<Node> all = new ArrayList<>();
    private SequencedSet<Node> roots = new LinkedHashSet<>();
    private long steps;

    /// @param id empty if it has none
    /// @param references the first of a thread first
    public record Member(
            int place, Instant sent, SubjectBase subject, String id, List<String> references) {}

    /// The threads are too deep to be looked through.
    public static final class TooDeepException extends Exception {
        private static final long serialVersionUID = 1;
    }

    private static final class Node {
        private static final SequencedSet<Node> NONE =
                Collections.unmodifiableSequencedSet(new LinkedHashSet<>());

        private @Nullable Member member;
        private @Nullable Node parent;
        private SequencedSet<Node> children = NONE;

        boolean isDummy() {
            return member == null;
        }

        /// Its message, or that of the first child: a dummy at the top has some.
        Member first() {
            Member own = member;
            return own == null ? children.getFirst().first() : own;
        }

        void adopt(Node child) {
            // Most have none or one, and there may be millions.
            if (children.isEmpty()) {
                children = new LinkedHashSet<>(2);
            }
            children.add(child);
            child.parent = this;
        }

        void leave() {
            if (parent != null) {
                parent.children.remove(this);
                parent = null;
            }
        }

        void sort() {
            if (children.size() > 1) {
                List<Node> sorted = new ArrayList<>(children);
                sorted.sort(BY_DATE);
                children = new LinkedHashSet<>(sorted);
            }
        }
    }

    /// @param members by sequence number
    public Threads(List<Member> members) throws TooDeepException {
        for (Member member : members) {
            link(member);
        }
        gather();
        sortRoots();
        joinSubjects();
        // (6)
        topDown().reversed().forEach(Node::sort);
        sortRoots();
    }

    private Node node() {
        Node node = new Node();
        all.add(node);
        return node;
    }

    /// (1)
    private void link(Member member) throws TooDeepException {
        Node before = null;
        for (String id : member.references()) {
            Node node = byId.computeIfAbsent(id, _ -> node());
            if (before != null && node.parent == null && !isAbove(node, before)) {
                before.adopt(node);
            }
            before = node;
        }
        Node own = own(member);
        own.member = member;
        own.leave();
        if (before != null && !isAbove(own, before)) {
            before.adopt(own);
        }
    }

    /// Of messages with one id, the first has it.
    private Node own(Member member) {
        if (member.id().isEmpty()) {
            return node();
        }
        Node known = byId.computeIfAbsent(member.id(), _ -> node());
        return known.isDummy() ? known : node();
    }

    /// Whether a node is another one, or above it.
    private boolean isAbove(Node node, Node below) throws TooDeepException {
        for (Node at = below; at != null; at = at.parent) {
            if (at == node) {
                return true;
            }
            if (++steps > STEPS_MAX) {
                throw new TooDeepException();
            }
        }
        return false;
    }

    /// (2), (3)
    private void gather() {
        for (Node node : all) {
            if (node.parent == null) {
                roots.add(node);
            }
        }
        for (Node node : topDown().reversed()) {
            if (node.children.stream().noneMatch(Node::isDummy)) {
                continue;
            }
            SequencedSet<Node> kept = new LinkedHashSet<>();
            for (Node child : node.children) {
                if (child.isDummy()) {
                    child.children.forEach(it -> it.parent = node);
                    kept.addAll(child.children);
                } else {
                    kept.add(child);
                }
            }
            node.children = kept;
        }
        SequencedSet<Node> kept = new LinkedHashSet<>();
        for (Node root : roots) {
            boolean alone = root.isDummy() && root.children.size() == 1;
            Node top = alone ? root.children.getFirst() : root;
            if (!top.isDummy() || !top.children.isEmpty()) {
                top.parent = null;
                kept.add(top);
            }
        }
        roots = kept;
    }

    /// Every node that lies in a thread, before those below it.
    private List<Node> topDown() {
        List<Node> order = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            Node node = open.pop();
            order.add(node);
            node.children.forEach(open::push);
        }
        return order;
    }

    /// (4)
    private void sortRoots() {
        roots.stream().filter(Node::isDummy).forEach(Node::sort);
        List<Node> sorted = new ArrayList<>(roots);
        sorted.sort(BY_DATE);
        roots = new LinkedHashSet<>(sorted);
    }

    private static String subject(Node root) {
        return root.first().subject().text();
    }

    private static boolean isReply(Node root) {
        return !root.isDummy() && root.first().subject().reply();
    }

    /// (5)
    private void joinSubjects() {
        Map<String, Node> table = new HashMap<>();
        for (Node root : roots) {
            Node there = table.get(subject(root));
            boolean better =
                    there == null
                            || (!there.isDummy()
                                    && (root.isDummy() || (isReply(there) && !isReply(root))));
            if (better) {
                table.put(subject(root), root);
            }
        }
        table.remove("");
        for (Node root : List.copyOf(roots)) {
            String subject = subject(root);
            Node there = table.get(subject);
            if (there == null || there == root) {
                continue;
            }
            roots.remove(root);
            if (there.isDummy() && root.isDummy()) {
                List.copyOf(root.children).forEach(there::adopt);
            } else if (there.isDummy() || (isReply(root) && !isReply(there))) {
                there.adopt(root);
            } else {
                Node dummy = new Node();
                roots.remove(there);
                dummy.adopt(there);
                dummy.adopt(root);
                roots.add(dummy);
                table.put(subject, dummy);
            }
        }
    }

    /// RFC 5256 §4.
    public String text(IntUnaryOperator name) {
        StringBuilder text = new StringBuilder();
        Deque<Object> open = new ArrayDeque<>();
        for (Node root : roots.reversed()) {
            push(open, root);
        }
        while (!open.isEmpty()) {
            switch (open.pop()) {
                case Node node -> {
                    Member member = node.member;
                    if (member != null) {
                        text.append(name.applyAsInt(member.place()));
                    }
                    boolean one = node.children.size() == 1;
                    if (!node.children.isEmpty() && member != null) {
                        text.append(' ');
                    }
                    if (one) {
                        open.push(node.children.getFirst());
                    } else {
                        node.children.reversed().forEach(child -> push(open, child));
                    }
                }
                case Object word -> text.append(word);
            }
        }
        return text.toString();
    }

    private static void push(Deque<Object> open, Node node) {
        open.push(")");
        open.push(node);
        open.push("(");
    }
}
