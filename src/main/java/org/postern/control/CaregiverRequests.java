package org.postern.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.mail.Address;

/// Understands requests about those who read along for patients and answers them.
public final class CaregiverRequests implements ControlServer.Desk {
    /// The word by which a request is known as one of these.
    public static final String COMMAND = "caregiver";

    private static final int NAME_CHARS_MAX = 80;
    private static final int DAYS_MAX = 3_650;

    private final Caregivers caregivers;

    /// Who is to be invited.
    ///
    /// @param days how long she may read along
    public record Wish(
            Address patient, Address address, String name, boolean sensitive, int days) {}

    /// Somebody who reads along.
    public record Known(Address address, String name, boolean sensitive, Instant ends) {}

    /// Those who read along, as they can be told.
    public interface Caregivers {
        /// Invites; audited first.
        ///
        /// @return the code that somebody has to tell her; empty if the patient has as many as
        ///   there may be
        Optional<String> add(Wish wish, String operator) throws IOException;

        List<Known> list(Address patient) throws IOException;

        /// Ends it; audited first.
        ///
        /// @return whether there was somebody
        boolean end(Address patient, Address address, String operator) throws IOException;
    }

    public CaregiverRequests(Caregivers caregivers) {
        this.caregivers = caregivers;
    }

    /// A request to invite.
    public static ObjectNode add(Wish wish) {
        return about("add", wish.patient())
                .put("address", wish.address().toString())
                .put("name", wish.name())
                .put("sensitive", wish.sensitive())
                .put("days", wish.days());
    }

    /// A request for a patient's list.
    public static ObjectNode list(Address patient) {
        return about("list", patient);
    }

    /// A request to end it.
    public static ObjectNode end(Address patient, Address address) {
        return about("end", patient).put("address", address.toString());
    }

    private static ObjectNode about(String act, Address patient) {
        return JsonLines.object()
                .put("command", COMMAND)
                .put("act", act)
                .put("patient", patient.toString());
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        ObjectNode words = request.words();
        Address patient = address(words, "patient");
        int count =
                switch (words.path("act").asText()) {
                    case "add" -> {
                        lines.write(added(wish(words, patient), request.operator()));
                        yield 1;
                    }
                    case "end" -> {
                        Address address = address(words, "address");
                        if (!caregivers.end(patient, address, request.operator())) {
                            throw new RequestException(address + " does not read for " + patient);
                        }
                        lines.write(JsonLines.object().put("address", address.toString()));
                        yield 1;
                    }
                    case "list" -> {
                        List<Known> all = caregivers.list(patient);
                        for (Known known : all) {
                            lines.write(
                                    JsonLines.object()
                                            .put("address", known.address().toString())
                                            .put("name", known.name())
                                            .put("sensitive", known.sensitive())
                                            .put("until", known.ends().toString()));
                        }
                        yield all.size();
                    }
                    default -> throw new RequestException("write add, list or end");
                };
        ObjectNode end = JsonLines.object();
        end.putObject("end").put("count", count);
        return end;
    }

    private ObjectNode added(Wish wish, String operator) throws RequestException, IOException {
        String code =
                caregivers
                        .add(wish, operator)
                        .orElseThrow(() ->
                                new RequestException(
                                        "this patient has as many caregivers as there may be; end"
                                                + " one first"));
        return JsonLines.object()
                .put("address", wish.address().toString())
                .put("name", wish.name())
                .put("code", code);
    }

    private static Wish wish(ObjectNode words, Address patient) throws RequestException {
        Address address = address(words, "address");
        if (!address.isAscii()) {
            throw new RequestException(
                    "links can be mailed to addresses of ASCII letters alone, not to " + address);
        }
        String name = words.path("name").asText();
        int days = words.path("days").asInt();
        if (address.key().equals(patient.key())) {
            throw new RequestException("patient and caregiver have the same address");
        }
        if (name.isBlank() || name.length() > NAME_CHARS_MAX) {
            throw new RequestException("a name has 1 to " + NAME_CHARS_MAX + " characters");
        }
        if (days < 1 || days > DAYS_MAX) {
            throw new RequestException("days are a number from 1 to " + DAYS_MAX);
        }
        return new Wish(patient, address, name, words.path("sensitive").asBoolean(), days);
    }

    private static Address address(ObjectNode words, String key) throws RequestException {
        return Address.parse(words.path(key).asText())
                .orElseThrow(() -> new RequestException("the " + key + " is no address"));
    }
}
