package org.postern.device;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.control.ControlServer;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.control.RequestException;
import org.postern.mail.Address;
import org.postern.sasl.Accounts;

/// Understands requests about passwords of devices and answers them. The audit goes first.
public final class AppPasswordRequests implements ControlServer.Desk {
    /// The word by which a request is known as one of these.
    public static final String COMMAND = "app-password";

    private final AppPasswords passwords;
    private final Accounts accounts;
    private final AuditLog audit;

    /// @param accounts who may have one
    public AppPasswordRequests(AppPasswords passwords, Accounts accounts, AuditLog audit) {
        this.passwords = passwords;
        this.accounts = accounts;
        this.audit = audit;
    }

    /// A request for a new one.
    public static ObjectNode add(Address owner, String label) {
        return about("add", owner).put("label", label);
    }

    /// A request for a person's list.
    ///
    /// @param owner empty for everybody's
    public static ObjectNode list(Optional<Address> owner) {
        return owner.map(it -> about("list", it))
                .orElseGet(() -> node().put("command", COMMAND).put("act", "list"));
    }

    /// A request to take one back.
    ///
    /// @param id empty for all of the person
    public static ObjectNode revoke(Address owner, Optional<String> id) {
        ObjectNode request = about("revoke", owner);
        id.ifPresent(it -> request.put("id", it));
        return request;
    }

    private static ObjectNode about(String act, Address owner) {
        return node().put("command", COMMAND).put("act", act).put("address", owner.toString());
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        ObjectNode words = request.words();
        int count =
                switch (words.path("act").asText()) {
                    case "add" -> {
                        String label = words.path("label").asText();
                        lines.write(add(owner(words), label, request.operator()));
                        yield 1;
                    }
                    case "list" -> {
                        List<AppPassword> all =
                                words.has("address") ? passwords.of(owner(words)) : passwords.all();
                        for (AppPassword each : all) {
                            lines.write(line(each));
                        }
                        yield all.size();
                    }
                    case "revoke" -> revoke(owner(words), words, request.operator(), lines);
                    default -> throw new RequestException("write add, list or revoke");
                };
        ObjectNode end = node();
        end.putObject("end").put("count", count);
        return end;
    }

    private static Address owner(ObjectNode words) throws RequestException {
        return Address.parse(words.path("address").asText())
                .orElseThrow(() -> new RequestException("the address is none"));
    }

    private ObjectNode add(Address owner, String label, String operator)
            throws RequestException, IOException {
        if (accounts.account(owner.toString()).isEmpty()) {
            throw new RequestException(
                    owner + " cannot log in, so no device can; \"user add\" adds somebody");
        }
        if (label.isBlank()
                || label.length() > AppPasswords.LABEL_CHARACTERS_MAX
                || label.chars().anyMatch(Character::isISOControl)) {
            throw new RequestException(
                    "a label has 1 to " + AppPasswords.LABEL_CHARACTERS_MAX + " characters");
        }
        audit.append(
                new Housekeeping("app password made", owner + " \"" + label + "\" by " + operator));
        AppPasswords.Made made =
                passwords
                        .make(owner, label)
                        .orElseThrow(() ->
                                new RequestException(
                                        owner
                                                + " has "
                                                + AppPasswords.PERSON_MAX
                                                + " app passwords, and nothing was made; revoke"
                                                + " one that is not used"));
        return line(made.password()).put("secret", made.secret());
    }

    private int revoke(Address owner, ObjectNode words, String operator, Lines lines)
            throws RequestException, IOException {
        Optional<String> id =
                words.has("id") ? Optional.of(words.path("id").asText()) : Optional.empty();
        audit.append(
                new Housekeeping(
                        "app password revoked",
                        owner + " " + id.orElse("all") + " by " + operator));
        List<AppPassword> gone = passwords.revoke(owner, id);
        if (gone.isEmpty() && id.isPresent()) {
            throw new RequestException(
                    owner
                            + " has no app password "
                            + id.get()
                            + "; \"list\" shows which there are");
        }
        for (AppPassword each : gone) {
            lines.write(line(each).put("revoked", true));
        }
        return gone.size();
    }

    private static ObjectNode line(AppPassword password) {
        ObjectNode line =
                node().put("id", password.id())
                        .put("address", password.owner().toString())
                        .put("label", password.label())
                        .put("created", password.created().toString())
                        .put("scram", password.scram());
        password.used().ifPresent(day -> line.put("used", day.toString()));
        return line;
    }
}
