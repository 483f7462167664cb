package org.postern.operate;

import java.io.IOException;
import java.nio.file.Path;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.audit.AuditVerifier;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig.Storage;
import org.postern.mail.QueueId;
import org.postern.store.FileDisk;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// `audit`: what happened to each message and why, and whether the log is whole.
public final class Audit implements Command {
    private final Console console;

    public Audit(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public String summary() {
        return "shows what happened to messages, and verifies the log";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "verify, or show [QUEUE-ID]",
                        """
                        audit verify          checks that no entry was changed, removed or exchanged
                        audit show            shows all entries, oldest first
                        audit show QUEUE-ID   shows what happened to one message

                        The queue id stands in the reply to the client, in the Received field and in
                        the log. Both work while the gateway runs.\
                        """)
                .withSwitch("json", "one JSON object a line, as the log holds it");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "verify or show");
        return Configured.run(
                console,
                arguments,
                config ->
                        switch (verb) {
                            case "verify" -> verify(arguments, config.storage());
                            case "show" -> show(arguments, config.storage());
                            default ->
                                    throw new UsageException(
                                            "unknown word \"" + verb + "\"; write verify or show");
                        });
    }

    private int verify(Arguments arguments, Storage storage) throws UsageException, IOException {
        arguments.atMostWords(1);
        Vault vault =
                Vault.open(
                        storage.keystore(),
                        Secrets.firstLine(storage.keystorePassword()).toCharArray());
        return switch (new AuditVerifier(folder(storage), vault).verify()) {
            case AuditVerifier.Verdict.Intact(long count, var head) -> {
                console.line(console.good("intact") + ": " + count + " entries, head " + head);
                yield OK;
            }
            case AuditVerifier.Verdict.Broken(String file, long line, String why) -> {
                console.error(console.bad("broken") + ": " + file + ":" + line + ": " + why);
                yield FAILED;
            }
        };
    }

    private int show(Arguments arguments, Storage storage) throws UsageException, IOException {
        arguments.atMostWords(2);
        AuditReader reader = new AuditReader(folder(storage));
        if (arguments.words().size() < 2) {
            reader.read(entry -> show(entry, arguments));
            return OK;
        }
        String id = arguments.word(1, "QUEUE-ID");
        if (!QueueId.isValid(id)) {
            throw new UsageException("\"" + id + "\" is not a queue id");
        }
        reader.read(new QueueId(id), entry -> show(entry, arguments));
        return OK;
    }

    private void show(AuditEntry entry, Arguments arguments) {
        console.line(arguments.has("json") ? entry.json().toString() : AuditText.of(entry));
    }

    private static AuditFolder folder(Storage storage) {
        Path folder = storage.data().resolve("audit");
        return new AuditFolder(new FileDisk(), folder);
    }
}
