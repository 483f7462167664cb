package org.postern.handout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
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

    public HandoutRequests(Handout handout) {
        this.handout = handout;
    }

    /// A request.
    public static ObjectNode request(Address to, KeyKind kind, PackForm form) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("command", COMMAND)
                .put("act", "issue")
                .put("address", to.toString())
                .put("kind", kind.name())
                .put("form", form.name());
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        ObjectNode words = request.words();
        if (!words.path("act").asText().equals("issue")) {
            throw new RequestException("write issue");
        }
        Owner.Person owner = owner(words.path("address").asText());
        KeyKind kind =
                kind(words.path("kind").asText())
                        .orElseThrow(
                                () -> new RequestException("keys of this kind are not given away"));
        PackForm form =
                form(words.path("form").asText())
                        .orElseThrow(() -> new RequestException("this form is not known"));
        Handout.Wish wish = new Handout.Wish(owner, kind, form);
        lines.write(words(given(wish, request.operator())));
        ObjectNode end = JsonNodeFactory.instance.objectNode();
        end.putObject("end").put("count", 1);
        return end;
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
