package org.postern.cert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig;
import org.postern.handout.HandoutRequests;
import org.postern.handout.PackForm;
import org.postern.keycare.KeyGift;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.operate.Configured;
import org.postern.pki.KeyKind;

/// The verbs of `cert` about people outside who get keys of the clinic's making.
final class CertOutside {
    private final Console console;
    private final GatewayConfig config;
    private final InstantSource clock;

    CertOutside(Console console, GatewayConfig config, InstantSource clock) {
        this.console = console;
        this.config = config;
        this.clock = clock;
    }

    int give(Arguments arguments, KeyKind kind) throws UsageException, IOException {
        PackForm form = arguments.has("older") ? PackForm.OLDER : PackForm.MODERN;
        return new KeyGift(console)
                .run(
                        config.storage(),
                        HandoutRequests.request(owner(arguments).address(), kind, form),
                        arguments.has("json"));
    }

    int asked(Arguments arguments) throws UsageException, IOException {
        arguments.atMostWords(1);
        boolean json = arguments.has("json");
        Optional<ObjectNode> end =
                Configured.ask(
                        console,
                        config.storage(),
                        HandoutRequests.asked(),
                        line ->
                                console.line(
                                        json
                                                ? line.toString()
                                                : "%s  asks since %s"
                                                        .formatted(
                                                                line.path("address").asText(),
                                                                line.path("asked").asText())));
        if (end.isPresent() && !json && end.get().path("end").path("count").asInt() == 0) {
            console.line("Nobody asks for a key.");
        }
        return end.isPresent() ? Command.OK : Command.FAILED;
    }

    int decline(Arguments arguments) throws UsageException, IOException {
        // Any that stands in the list, also one that no key could be given to.
        Address patient = Arguments.address(arguments.word(1, "ADDRESS"));
        arguments.atMostWords(2);
        Optional<ObjectNode> end =
                Configured.ask(
                        console, config.storage(), HandoutRequests.decline(patient), _ -> {});
        if (end.isEmpty()) {
            return Command.FAILED;
        }
        console.line(patient.key() + " is told in a message on her page that she gets no key.");
        return Command.OK;
    }

    private static Owner.Person owner(Arguments arguments) throws UsageException {
        if (Cert.owner(arguments) instanceof Owner.Person person) {
            return person;
        }
        throw new UsageException("write the address of somebody outside");
    }

    int activate(Arguments arguments, Acts acts, Keyring keyring)
            throws UsageException, IOException {
        Owner.Person owner = owner(arguments);
        IssuedBook issued = OwnKeys.issued(config);
        Optional<String> number = arguments.value("number");
        for (IssuedBook.Issued each : issued.all()) {
            String its = String.valueOf(each.entry().number());
            if (!each.entry().owner().equals(owner) || !number.orElse(its).equals(its)) {
                continue;
            }
            String name = "%s (%s)".formatted(owner.word(), its);
            if (keyring.revoked().holds(each.entry().certificate())) {
                console.error(name + " was revoked.");
                return Command.FAILED;
            }
            Acts.Begun act = acts.begin("certificate activated", name);
            if (issued.use(each, IssuedBook.Use.BY_HAND, clock.instant())) {
                act.done();
            } else {
                act.undone();
            }
            console.line("Mail to %s is encrypted from now on.".formatted(name));
            return Command.OK;
        }
        console.error("No such key was given to " + owner.word() + ".");
        return Command.FAILED;
    }
}
