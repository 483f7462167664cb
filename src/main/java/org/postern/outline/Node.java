package org.postern.outline;

import java.util.List;
import java.util.Optional;

/// Where one part of a message lies, and what it is as far as the numbers of parts depend on it.
///
/// @param begin of its header section, by octet of the message
/// @param body where the body begins
/// @param end behind the last octet of the body
/// @param children parts of a multipart, or the one message in a message/rfc822
public record Node(Kind kind, long begin, long body, long end, List<Node> children) {
    public enum Kind {
        LEAF,
        MULTIPART,
        /// message/rfc822 with a message inside.
        MESSAGE
    }

    public Node {
        children = List.copyOf(children);
    }

    /// The part with these numbers, seen from a message: RFC 3501 §6.4.5. The only part of a
    /// message that is no multipart has the number 1.
    Optional<Node> part(List<Integer> numbers) {
        Node at = this;
        boolean top = true;
        for (int number : numbers) {
            List<Node> inside = at.numbered(top);
            if (number > inside.size()) {
                return Optional.empty();
            }
            at = inside.get(number - 1);
            top = false;
        }
        return Optional.of(at);
    }

    /// @param top whether this is the message that the numbers begin with
    private List<Node> numbered(boolean top) {
        return switch (kind) {
            case MULTIPART -> children;
            case LEAF -> top ? List.of(this) : List.of();
            case MESSAGE -> top ? List.of(this) : children.getFirst().inMessage();
        };
    }

    private List<Node> inMessage() {
        return kind == Kind.MULTIPART ? children : List.of(this);
    }
}
