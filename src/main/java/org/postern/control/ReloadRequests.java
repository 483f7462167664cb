package org.postern.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;

/// Understands the request to read the configuration again, and tells what came of it.
public final class ReloadRequests implements ControlServer.Desk {
    /// The word by which a request is known as one of these.
    public static final String COMMAND = "reload";

    private final Source source;

    /// What is read again.
    @FunctionalInterface
    public interface Source {
        /// Reads all of it at once.
        List<Outcome> reload() throws IOException;
    }

    /// What came of one part of it.
    ///
    /// @param what policy or people
    /// @param good whether what the files say is in force
    /// @param words for people
    public record Outcome(String what, boolean good, String words) {}

    public ReloadRequests(Source source) {
        this.source = source;
    }

    /// A request.
    public static ObjectNode request() {
        return JsonNodeFactory.instance.objectNode().put("command", COMMAND);
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws IOException {
        List<Outcome> outcomes = source.reload();
        for (Outcome outcome : outcomes) {
            lines.write(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("what", outcome.what())
                            .put("good", outcome.good())
                            .put("words", outcome.words()));
        }
        ObjectNode end = JsonNodeFactory.instance.objectNode();
        end.putObject("end").put("good", outcomes.stream().allMatch(Outcome::good));
        return end;
    }
}
