package org.postern.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.mail.Address;
import org.postern.mail.QueueId;

/// Understands requests about messages that wait for pickup and answers them, one line for each
/// patient.
public final class PickupRequests implements ControlServer.Desk {
    /// The word by which a request is known as one of these.
    public static final String COMMAND = "pickup";

    /// What can be asked for.
    public static final Set<String> ACTS = Set.of("recall", "extend", "remind");

    private final Messages messages;

    /// The secure mailbox as it can be told.
    @FunctionalInterface
    public interface Messages {
        /// Does something with a message, and audits it first.
        ///
        /// @param act one of `ACTS`
        /// @param patient empty for all of the message
        /// @return what was done for each patient; empty if no such message is kept
        Map<Address, What> act(String act, QueueId id, Optional<Address> patient, String operator)
                throws IOException;
    }

    /// What was done, in words.
    ///
    /// @param done whether anything was
    /// @param held whether something of the message is held still
    public record What(boolean done, String words, boolean held) {
        /// Of what is not held any more, or was never meant.
        public What(boolean done, String words) {
            this(done, words, false);
        }

        /// There was nothing to do.
        public static final What NOTHING = new What(false, "nothing to do");
    }

    public PickupRequests(Messages messages) {
        this.messages = messages;
    }

    /// A request.
    public static ObjectNode request(String act, QueueId id, Optional<Address> patient) {
        ObjectNode node = JsonLines.object().put("command", COMMAND);
        node.put("act", act).put("id", id.value());
        patient.ifPresent(it -> node.put("patient", it.toString()));
        return node;
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        ObjectNode words = request.words();
        String act = words.path("act").asText();
        String id = words.path("id").asText();
        Optional<String> patient = Optional.ofNullable(words.path("patient").textValue());
        if (!ACTS.contains(act) || !QueueId.isValid(id)) {
            throw new RequestException(
                    "this gateway does not know \"" + act + "\" of that message");
        }
        Optional<Address> address = patient.flatMap(Address::parse);
        if (patient.isPresent() && address.isEmpty()) {
            throw new RequestException("the patient's address is none");
        }
        Map<Address, What> done = messages.act(act, new QueueId(id), address, request.operator());
        if (done.isEmpty()) {
            throw new RequestException("no such message is kept for a patient");
        }
        for (Map.Entry<Address, What> each : done.entrySet()) {
            lines.write(
                    JsonLines.object()
                            .put("patient", each.getKey().toString())
                            .put("done", each.getValue().done())
                            .put("what", each.getValue().words()));
        }
        ObjectNode end = JsonLines.object();
        end.putObject("end").put("count", done.size());
        return end;
    }
}
