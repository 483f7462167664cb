package org.postern.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.postern.cli.Arguments;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.cli.User;
import org.postern.device.AppPasswordRequests;
import org.postern.mail.Address;
import org.postern.operate.Configured;

/// `user app-password`: passwords of a person's devices. Asks the running gateway.
public final class AppPasswordWords implements User.Part, Configured.Reading {
    private final Console console;

    public AppPasswordWords(Console console) {
        this.console = console;
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(1, "add, list or revoke");
        boolean everybody = verb.equals("list") && arguments.words().size() == 2;
        Optional<Address> named =
                everybody
                        ? Optional.empty()
                        : Optional.of(Arguments.address(arguments.word(2, "the ADDRESS")));
        boolean all = arguments.has("all");
        if (all && !verb.equals("revoke")) {
            throw new UsageException("--all stands with revoke only");
        }
        ObjectNode request =
                switch (verb) {
                    case "add" -> {
                        arguments.atMostWords(4);
                        yield AppPasswordRequests.add(
                                named.orElseThrow(), arguments.word(3, "the LABEL"));
                    }
                    case "list" -> {
                        arguments.atMostWords(3);
                        yield AppPasswordRequests.list(named);
                    }
                    case "revoke" -> {
                        arguments.atMostWords(all ? 3 : 4);
                        Optional<String> id =
                                all
                                        ? Optional.empty()
                                        : Optional.of(arguments.word(3, "the ID, or --all"));
                        yield AppPasswordRequests.revoke(named.orElseThrow(), id);
                    }
                    default ->
                            throw new UsageException(
                                    "unknown word \"" + verb + "\"; write add, list or revoke");
                };
        return Configured.show(console, arguments, request, this);
    }

    @Override
    public void end(ObjectNode end, boolean json) {
        if (!json && end.path("end").path("count").asInt() == 0) {
            console.line("No app passwords.");
        }
    }

    @Override
    public String words(ObjectNode line) {
        String which = line.path("id").asText() + "  " + line.path("label").asText();
        if (line.has("secret")) {
            return "The password of "
                    + which
                    + " is "
                    + line.path("secret").asText()
                    + ". It is not shown again.";
        }
        if (line.has("revoked")) {
            return which + "  revoked";
        }
        // The address, because the list may be everybody's.
        String whose = line.path("address").asText();
        String used = line.has("used") ? "last used " + line.path("used").asText() : "never used";
        String day = line.path("created").asText();
        // Made before there was SCRAM: a program that uses it must get another one.
        String how = line.path("scram").asBoolean() ? "" : ", not for SCRAM";
        return which + "  of " + whose + ", made " + day + ", " + used + how;
    }
}
