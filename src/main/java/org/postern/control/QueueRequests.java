package org.postern.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.mail.QueueId;
import org.postern.policy.Hearing;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;

/// Understands requests about the queue and answers them, one line for each message.
public final class QueueRequests implements ControlServer.Desk {
    /// Messages named one by one in a request.
    private static final int IDS_MAX = 10_000;

    /// Behind the word of a decision that is about a part: a gateway that was started before it
    /// knew every filter knows no such word, and does nothing.
    private static final String PART = "-part";

    private final Queue queue;
    private final InstantSource clock;

    /// What can be done with a message.
    public enum Act {
        RETRY,
        HOLD,
        RELEASE,
        DELETE
    }

    /// The queue as it can be asked and told.
    public interface Queue {
        /// Shows all messages, oldest first.
        void forEach(Spool.Visitor visitor) throws IOException;

        /// One message; empty if there is none of this id.
        Optional<QueuedMessage> find(QueueId id) throws IOException;

        /// The whole names of the lists whose people rules ask about held mail, as it is now.
        Set<String> lists();

        /// Does something with a message, and audits it first. A release is about the part that is
        /// named; every other act is about all of the message.
        ///
        /// @return what was done, or why nothing was
        PickupRequests.What act(Act act, HeldRequests.Part part, String operator)
                throws IOException;
    }

    public QueueRequests(Queue queue, InstantSource clock) {
        this.queue = queue;
        this.clock = clock;
    }

    /// A request for messages.
    ///
    /// @param command `list`, `show`, or an act in lower case
    /// @param ids empty for those that the filter means
    public static ObjectNode request(String command, List<QueueId> ids, QueueFilter filter) {
        ObjectNode node = JsonLines.object();
        node.put("command", command.equals("release") ? decision(command, filter) : command);
        node.set("filter", filter.json());
        ArrayNode array = node.putArray("ids");
        ids.forEach(id -> array.add(id.value()));
        return node;
    }

    /// The word of a decision about what a filter means.
    static String decision(String word, QueueFilter filter) {
        return filter.isNarrow() ? word + PART : word;
    }

    /// The same without what it is about, which its filter says.
    static String act(String word) {
        return word.endsWith(PART) ? word.substring(0, word.length() - PART.length()) : word;
    }

    /// Messages of one page.
    public static final int PAGE = 50;

    /// The same for one page of what it would show; the end of the answer counts all.
    ///
    /// @param page from 1 on
    public static ObjectNode paged(ObjectNode request, int page) {
        return request.put("page", page);
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        ObjectNode words = request.words();
        QueueFilter filter = QueueFilter.of(words.path("filter"));
        String command = words.path("command").asText();
        return switch (command) {
            case "list", "show" -> end(show(ids(words.path("ids")), filter, paged(words, lines)));
            case "retry" -> end(act(Act.RETRY, filter, request, lines));
            case "hold" -> end(act(Act.HOLD, filter, request, lines));
            case "release", "release" + PART -> end(act(Act.RELEASE, filter, request, lines));
            case "delete" -> end(act(Act.DELETE, filter, request, lines));
            default -> throw new RequestException("this gateway does not know \"" + command + "\"");
        };
    }

    static ObjectNode end(long count) {
        ObjectNode line = JsonLines.object();
        line.putObject("end").put("count", count);
        return line;
    }

    /// Lets those lines through that are on the page that is asked for.
    private static Lines paged(ObjectNode words, Lines lines) {
        long page = words.path("page").asLong();
        if (page < 1) {
            return lines;
        }
        AtomicLong number = new AtomicLong();
        return line -> {
            if (number.getAndIncrement() / PAGE == page - 1) {
                lines.write(line);
            }
        };
    }

    private long show(List<QueueId> ids, QueueFilter filter, Lines lines) throws IOException {
        AtomicLong count = new AtomicLong();
        visit(
                ids,
                message -> {
                    if (filter.matches(message, clock.instant())) {
                        count.incrementAndGet();
                        lines.write(QueueView.of(message));
                    }
                });
        return count.get();
    }

    /// @param ids empty for all messages
    private void visit(List<QueueId> ids, Spool.Visitor visitor) throws IOException {
        if (ids.isEmpty()) {
            queue.forEach(visitor);
        }
        for (QueueId id : ids) {
            Optional<QueuedMessage> message = queue.find(id);
            if (message.isPresent()) {
                visitor.visit(message.get());
            }
        }
    }

    private List<QueueId> whole(List<QueueId> ids, QueueFilter filter)
            throws RequestException, IOException {
        Optional<String> not = filter.notDone(ids);
        if (not.isPresent()) {
            throw new RequestException(not.get());
        }
        return select(ids, filter);
    }

    /// What a decision is about.
    ///
    /// @param filter as it says which list is meant
    record Meant(List<QueueId> ids, QueueFilter filter) {}

    /// The messages that a decision is about. One that waits for a recipient who is meant must not
    /// stand for another who is held.
    Meant decided(List<QueueId> ids, QueueFilter filter) throws RequestException, IOException {
        Optional<String> not = filter.notDecided(ids);
        if (not.isPresent()) {
            throw new RequestException(not.get());
        }
        QueueFilter held = filter.equals(QueueFilter.ALL) ? filter : filter.held();
        return filter.asked() == null
                ? new Meant(select(ids, held), filter)
                : askedAbout(ids, held, filter.asked());
    }

    /// Where a name fits several lists, nobody knows whose mail is meant. Those count of which
    /// nothing is held or selected as well: the same words must not mean others tomorrow.
    private Meant askedAbout(List<QueueId> ids, QueueFilter filter, String asked)
            throws RequestException, IOException {
        Map<QueueId, Set<String>> found = new LinkedHashMap<>();
        Set<String> all = new HashSet<>(queue.lists());
        queue.forEach(message -> {
            all.addAll(QueueFilter.ALL.held().lists(message));
            if (filter.matches(message, clock.instant())) {
                found.put(message.id(), filter.lists(message));
            }
        });
        List<String> lists = Hearing.meant(asked, all);
        if (lists.size() > 1) {
            throw new RequestException(
                    "\""
                            + asked
                            + "\" fits several lists; say which: "
                            + String.join(" or ", lists));
        }
        if (lists.isEmpty()) {
            return new Meant(ids, filter);
        }
        String list = lists.getFirst();
        found.values().removeIf(names -> !names.contains(list));
        return new Meant(ids.isEmpty() ? List.copyOf(found.keySet()) : ids, filter.only(list));
    }

    /// The messages that are meant, gathered first: an act changes what the filter would find next.
    private List<QueueId> select(List<QueueId> ids, QueueFilter filter)
            throws RequestException, IOException {
        if (!ids.isEmpty()) {
            return ids;
        }
        if (filter.equals(QueueFilter.ALL)) {
            throw new RequestException("name messages, or say by a filter which ones are meant");
        }
        List<QueueId> selected = new ArrayList<>();
        queue.forEach(message -> {
            if (filter.matches(message, clock.instant())) {
                selected.add(message.id());
            }
        });
        return selected;
    }

    /// Why a decision by a filter leaves a message out, as it stands now. What comes between, the
    /// decision itself finds.
    Optional<String> leftOut(QueueId id, QueueFilter filter) throws IOException {
        return queue.find(id).flatMap(filter::leftOut);
    }

    private long act(Act act, QueueFilter filter, Request request, Lines lines)
            throws RequestException, IOException {
        List<QueueId> named = ids(request.words().path("ids"));
        Meant meant =
                act == Act.RELEASE
                        ? decided(named, filter)
                        : new Meant(whole(named, filter), filter);
        long count = 0;
        for (QueueId id : meant.ids()) {
            Optional<String> not =
                    act == Act.RELEASE ? leftOut(id, meant.filter()) : Optional.empty();
            PickupRequests.What done =
                    not.isPresent()
                            ? new PickupRequests.What(false, not.get())
                            : queue.act(
                                    act,
                                    new HeldRequests.Part(id, meant.filter()),
                                    request.operator());
            count += done.done() ? 1 : 0;
            lines.write(line(id, done));
        }
        return count;
    }

    /// What became of one message.
    static ObjectNode line(QueueId id, PickupRequests.What what) {
        ObjectNode line =
                JsonLines.object()
                        .put("id", id.value())
                        .put("done", what.done())
                        .put("what", what.words());
        return what.held() ? line.put("held", true) : line;
    }

    static List<QueueId> ids(JsonNode node) throws RequestException {
        if (node.size() > IDS_MAX) {
            throw new RequestException("more than " + IDS_MAX + " ids; use a filter");
        }
        List<QueueId> ids = new ArrayList<>();
        for (JsonNode each : node) {
            if (!QueueId.isValid(each.asText())) {
                throw new RequestException("\"" + each.asText() + "\" is not a queue id");
            }
            ids.add(new QueueId(each.asText()));
        }
        return ids;
    }
}
