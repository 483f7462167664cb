package org.postern.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.policy.Protection;

/// Understands decisions about held mail and answers them, one line for each message. What is held
/// the requests about the queue show.
public final class HeldRequests implements ControlServer.Desk {
    /// The word with which such a request begins.
    public static final String COMMAND = "held";

    private final QueueRequests queue;
    private final Holds holds;

    /// How it is decided.
    public enum Act {
        RELEASE,
        REJECT,
        FORWARD
    }

    /// One decision.
    ///
    /// @param reason of a rejection, for the originator
    /// @param by the protections of a forward, in their order
    public record Wish(Act act, String reason, List<Protection> by) {
        public Wish {
            by = List.copyOf(by);
        }
    }

    /// Who decides.
    @FunctionalInterface
    public interface Holds {
        /// Decides about one message, and audits it first.
        PickupRequests.What decide(Wish wish, Part part, String operator) throws IOException;
    }

    /// What of a message is decided about.
    ///
    /// @param filter by which it was found
    public record Part(QueueId id, QueueFilter filter) {
        /// Of the recipients; empty for all of them.
        public Optional<Domain> domain() {
            return Optional.ofNullable(filter.domain());
        }
    }

    /// @param queue finds the messages that a filter means
    public HeldRequests(QueueRequests queue, Holds holds) {
        this.queue = queue;
        this.holds = holds;
    }

    /// A request for a decision.
    ///
    /// @param ids empty for those that the filter means
    public static ObjectNode request(Wish wish, List<QueueId> ids, QueueFilter filter) {
        ObjectNode node = QueueRequests.request(COMMAND, ids, filter);
        node.put("act", QueueRequests.decision(word(wish.act()), filter))
                .put("reason", wish.reason());
        ArrayNode by = node.putArray("by");
        wish.by().forEach(each -> by.add(each.word()));
        return node;
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        ObjectNode words = request.words();
        Wish wish = wish(words);
        QueueFilter filter = QueueFilter.of(words.path("filter"));
        QueueRequests.Meant meant = queue.decided(QueueRequests.ids(words.path("ids")), filter);
        long count = 0;
        for (QueueId id : meant.ids()) {
            Optional<String> not = queue.leftOut(id, meant.filter());
            PickupRequests.What done =
                    not.isPresent()
                            ? new PickupRequests.What(false, not.get())
                            : holds.decide(wish, new Part(id, meant.filter()), request.operator());
            count += done.done() ? 1 : 0;
            lines.write(QueueRequests.line(id, done));
        }
        return QueueRequests.end(count);
    }

    private static String word(Act act) {
        return act.name().toLowerCase(Locale.ROOT);
    }

    private static Wish wish(ObjectNode words) throws RequestException {
        String act = QueueRequests.act(words.path("act").asText());
        for (Act each : Act.values()) {
            if (word(each).equals(act)) {
                return new Wish(each, words.path("reason").asText(), by(words.path("by")));
            }
        }
        throw new RequestException("this gateway does not know \"held " + act + "\"");
    }

    private static List<Protection> by(JsonNode node) throws RequestException {
        List<Protection> by = new ArrayList<>();
        for (JsonNode each : node) {
            by.add(
                    protection(each.asText())
                            .orElseThrow(() ->
                                    new RequestException(
                                            "\"" + each.asText() + "\" is no protection")));
        }
        return by;
    }

    /// The protection of a word, as policy files have it.
    public static Optional<Protection> protection(String word) {
        List<Protection> all =
                List.of(new Protection.Smime(), new Protection.Tls(), new Protection.Pickup());
        return all.stream().filter(each -> each.word().equals(word)).findFirst();
    }
}
