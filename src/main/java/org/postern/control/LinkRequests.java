package org.postern.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.mail.Address;

/// Understands requests about patients' links and answers them.
public final class LinkRequests implements ControlServer.Desk {
    /// The word by which a request is known as one of these.
    public static final String COMMAND = "unlock";

    private final Links links;

    /// The links as they can be told.
    @FunctionalInterface
    public interface Links {
        /// Forgets a patient's wrong answers and lets her links open again; audited first.
        ///
        /// @param operator the user of this machine who says so
        void unlock(Address patient, String operator) throws IOException;
    }

    public LinkRequests(Links links) {
        this.links = links;
    }

    /// A request to unlock a patient's links.
    public static ObjectNode unlock(Address patient) {
        return JsonLines.object().put("command", COMMAND).put("patient", patient.toString());
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        Address patient =
                Address.parse(request.words().path("patient").asText())
                        .orElseThrow(() -> new RequestException("this is no address"));
        links.unlock(patient, request.operator());
        lines.write(
                JsonLines.object()
                        .put("patient", patient.toString())
                        .put("done", true)
                        .put("what", "unlocked"));
        ObjectNode end = JsonLines.object();
        end.putObject("end").put("count", 1);
        return end;
    }
}
