package org.postern.handout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.control.ControlServer;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.control.RequestException;
import org.postern.keyring.BookLostException;
import org.postern.keyring.IssuingException;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.pki.KeyKind;

/// Understands requests to give somebody outside a key, and answers them. The answer holds the
/// passphrase, and goes to the one who asked.
public final class HandoutRequests implements ControlServer.Desk {
    /// The word by which a request is known as one of these.
    public static final String COMMAND = "cert";

    /// What every mail program takes from a PKCS#12 file.
    public static final Set<KeyKind> KINDS =
            Set.of(KeyKind.RSA_2048, KeyKind.RSA_3072, KeyKind.P_256, KeyKind.P_384);

    private final Handout handout;
    private final Asking asking;

    HandoutRequests(Handout handout, Asking asking) {
        this.handout = handout;
        this.asking = asking;
    }

    /// A request for a key.
    public static ObjectNode request(Address to, KeyKind kind, PackForm form) {
        return act("issue")
                .put("address", to.toString())
                .put("kind", kind.name())
                .put("form", form.name());
    }

    /// Tells the gateway that the passphrase of its answer was shown: it may be lost on its way.
    public static ObjectNode told(String address, int number) {
        return act("told").put("address", address).put("number", number);
    }

    /// A request for the list of those who ask for one.
    public static ObjectNode asked() {
        return act("asked");
    }

    /// A request to tell somebody who asks that she gets none.
    public static ObjectNode decline(Address patient) {
        return act("decline").put("address", patient.toString());
    }

    private static ObjectNode act(String act) {
        return JsonNodeFactory.instance.objectNode().put("command", COMMAND).put("act", act);
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        int count =
                switch (request.words().path("act").asText()) {
                    case "issue" -> issue(request, lines);
                    case "told" -> told(request.words());
                    case "asked" -> asked(lines);
                    case "decline" -> decline(request);
                    default -> throw new RequestException("write issue, told, asked or decline");
                };
        ObjectNode end = JsonNodeFactory.instance.objectNode();
        end.putObject("end").put("count", count);
        return end;
    }

    private int told(ObjectNode words) throws RequestException, IOException {
        Owner.Person owner = owner(words.path("address").asText());
        if (!handout.told(owner, words.path("number").asInt())) {
            throw new RequestException("there is no such certificate of " + owner.word());
        }
        return 1;
    }

    private int asked(Lines lines) throws IOException {
        List<AskedKeys.Asked> all = asking.all();
        for (AskedKeys.Asked each : all) {
            lines.write(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("address", each.patient().toString())
                            .put("asked", each.at().toString()));
        }
        return all.size();
    }

    private int decline(Request request) throws RequestException, IOException {
        Address patient =
                Address.parse(request.words().path("address").asText())
                        .orElseThrow(() -> new RequestException("this is not an address"));
        if (!asking.decline(patient, request.operator())) {
            throw new RequestException(
                    patient.key() + " does not ask for a key; ./gateway cert asked shows who does");
        }
        return 1;
    }

    private int issue(Request request, Lines lines) throws RequestException, IOException {
        ObjectNode words = request.words();
        Owner.Person owner = owner(words.path("address").asText());
        KeyKind kind =
                kind(words.path("kind").asText())
                        .orElseThrow(
                                () -> new RequestException("keys of this kind are not given away"));
        PackForm form =
                form(words.path("form").asText())
                        .orElseThrow(() -> new RequestException("this form is not known"));
        Handout.Wish wish = new Handout.Wish(owner, kind, form);
        Handout.Given given = given(wish, request.operator());
        // First what is shown only once.
        lines.write(words(given));
        asking.answered(owner.address());
        return 1;
    }

    private Handout.Given given(Handout.Wish wish, String operator)
            throws RequestException, IOException {
        try {
            return handout.give(wish, operator);
        } catch (IssuingException e) {
            throw new RequestException(e.reason());
        } catch (BookLostException | Handout.NotKeptException e) {
            throw new RequestException(String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode words(Handout.Given given) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("address", given.issued().entry().owner().word())
                .put("number", given.issued().entry().number())
                .put("notAfter", given.issued().entry().notAfter().toString())
                .put("message", given.message().value())
                .put("until", given.until().toString())
                .put("passphrase", given.passphrase().words());
    }

    /// A notice has to reach her, and the certificate to name her address in the old form.
    private static Owner.Person owner(String word) throws RequestException {
        return Address.parse(word)
                .filter(it -> it.isPlain() && it.isAscii())
                .map(Owner.Person::new)
                .orElseThrow(() ->
                        new RequestException("keys are given to addresses of ASCII letters alone"));
    }

    private static Optional<PackForm> form(String name) {
        return Arrays.stream(PackForm.values()).filter(it -> it.name().equals(name)).findFirst();
    }

    private static Optional<KeyKind> kind(String name) {
        return Arrays.stream(KeyKind.values())
                .filter(each -> each.name().equals(name) && KINDS.contains(each))
                .findFirst();
    }
}
