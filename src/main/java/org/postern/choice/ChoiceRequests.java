package org.postern.choice;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.postern.control.ControlServer;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.control.RequestException;
import org.postern.mail.Address;

/// Understands requests about what patients chose and answers them, one line for each person.
public final class ChoiceRequests implements ControlServer.Desk {
    /// The word by which a request is known as one of these.
    public static final String COMMAND = "choice";

    private final ChoiceDesk desk;
    private final Telling telling;

    public ChoiceRequests(ChoiceDesk desk, Telling telling) {
        this.desk = desk;
        this.telling = telling;
    }

    /// How a patient hears that a choice of hers was recorded.
    public interface Telling {
        /// Nobody is told, where the gateway has no pages for patients.
        Telling NOBODY =
                new Telling() {
                    @Override
                    public void mail(Address person) {}

                    @Override
                    public void text(Address person) {}
                };

        /// Mails it to her; nothing is recorded of which she could not be told.
        ///
        /// @throws IOException if it could not be queued
        void mail(Address person) throws IOException;

        /// Tells it on her telephone as well, where a text message reaches her; once it is
        /// recorded.
        void text(Address person);
    }

    /// A request to put on record that somebody chose ordinary mail.
    public static ObjectNode record(Address person, String source) {
        return about("record", person, source);
    }

    /// A request to put on record that she takes it back.
    public static ObjectNode withdraw(Address person, String source) {
        return about("withdraw", person, source);
    }

    /// A request for all that is on record.
    public static ObjectNode list() {
        return object().put("command", COMMAND).put("act", "list");
    }

    private static ObjectNode about(String act, Address person, String source) {
        return object().put("command", COMMAND)
                .put("act", act)
                .put("address", person.toString())
                .put("source", source);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        int count =
                switch (request.words().path("act").asText()) {
                    case "record" -> {
                        ChoiceDesk.Said said = said(request);
                        lines.write(line(desk.choose(said, () -> telling.mail(said.person()))));
                        telling.text(said.person());
                        yield 1;
                    }
                    case "withdraw" -> {
                        ChoiceDesk.Said said = said(request);
                        if (!desk.withdraw(said)) {
                            throw new RequestException(
                                    "no choice of " + said.person() + " is on record");
                        }
                        lines.write(
                                object().put("address", said.person().toString())
                                        .put("state", Recorded.State.WITHDRAWN.word()));
                        yield 1;
                    }
                    case "list" -> {
                        List<Recorded> all = desk.all();
                        for (Recorded each : all) {
                            lines.write(line(each));
                        }
                        yield all.size();
                    }
                    default -> throw new RequestException("write record, withdraw or list");
                };
        ObjectNode end = object();
        end.putObject("end").put("count", count).put("whole", desk.isWhole());
        return end;
    }

    private static ChoiceDesk.Said said(Request request) throws RequestException {
        Address person =
                Address.parse(request.words().path("address").asText())
                        .orElseThrow(() -> new RequestException("this is no address"));
        String source = request.words().path("source").asText();
        if (!Recorded.isSource(source)) {
            throw new RequestException(
                    "a source is one line of 1 to " + Recorded.SOURCE_MAX + " characters");
        }
        // The name of a user, which no record may be split by.
        String operator = request.operator().replace(';', '_');
        return new ChoiceDesk.Said(person, "operator " + operator, source);
    }

    private static ObjectNode line(Recorded it) {
        return object().put("address", it.person().toString())
                .put("state", it.state().word())
                .put("at", it.at().toString())
                .put("by", it.by())
                .put("source", it.source());
    }
}
