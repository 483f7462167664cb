package org.postern.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.postern.cert.Authorities;
import org.postern.cert.OwnKeys;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.keyring.KeyFile;
import org.postern.mail.Content;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.opening.Reading;
import org.postern.opening.SmimeReader;
import org.postern.pki.Identity;
import org.postern.pki.PartnerDirectory;
import org.postern.smime.SmimeDecryptor;
import org.postern.vault.Secrets;
import org.postern.yaml.Checked;

/// `inspect`: the parts of a message, the layers around it, who signed it, and the verdict that a
/// person is shown. Nothing of the content is printed.
public final class Inspect implements Command {
    private final Console console;
    private final Clock clock;

    public Inspect(Console console, Clock clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "inspect";
    }

    @Override
    public String summary() {
        return "shows the parts of a message, its S/MIME layers and what they are worth";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "FILE|- [--key P12] [--password-file FILE] [--at TIME] [--json]",
                        """
                        Takes a message from a file (.eml), or from the input if FILE is -, and
                        shows its parts, each S/MIME layer with its algorithms, recipients or
                        signers and its verdict, and the one verdict that a person is shown.
                        Signatures are believed as the folder partners/ says, and none by what the
                        clinic itself has revoked. Nothing is sent, and no text of the message is
                        printed.

                        Exit code 1 means that the message claims something that is not true or
                        could not be checked. The JSON form: src/docs/inspect.md.\
                        """)
                .withValue("key", "P12", "a PKCS#12 file with the key of a recipient")
                .withValue(
                        "password-file",
                        "FILE",
                        "its first line opens that file; without it a person is asked")
                .withValue(
                        "at",
                        "TIME",
                        "when certificates are judged, as 2026-01-15T09:00:00Z (default: now)")
                .withSwitch("json", "shows the answer as JSON");
    }

    /// All that is shown.
    ///
    /// @param outside parts of the message as it came
    /// @param inside parts of the innermost entity; empty if that is the message itself
    record Inspected(Instant at, MimeIndex outside, Optional<MimeIndex> inside, Reading reading) {}

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String file = arguments.word(0, "the FILE of a message");
        arguments.atMostWords(1);
        Instant at = at(arguments.value("at"));
        Content message = console.message(file);
        SmimeReader reader =
                new SmimeReader(partners(arguments.config()), new SmimeDecryptor(keys(arguments)));
        Inspected inspected = inspect(message, reader.read(message, at), at);
        if (arguments.has("json")) {
            console.line(InspectJson.of(inspected));
        } else {
            new InspectText(console).show(inspected);
        }
        return inspected.reading().verdict().isGood() ? OK : FAILED;
    }

    /// Whom we believe, but for what the clinic itself has revoked. Without a `gateway.yaml` there
    /// is no clinic, only a folder of partners.
    private PartnerDirectory partners(Path folder) throws IOException {
        if (!Files.exists(folder.resolve("gateway.yaml"))) {
            return PartnerDirectory.load(folder.resolve("partners"));
        }
        return switch (Configuration.gateway(folder)) {
            case Checked.Valid<GatewayConfig>(GatewayConfig config) ->
                    Authorities.OFF.over(
                            OwnKeys.partners(config, folder), OwnKeys.of(config, clock));
            case Checked.Invalid<GatewayConfig> _ ->
                    throw new IOException(
                            "gateway.yaml has mistakes, so nobody can say what the clinic itself"
                                    + " has revoked; ./gateway check shows them");
        };
    }

    private static Inspected inspect(Content message, Reading reading, Instant at)
            throws IOException {
        try {
            MimeIndex outside = MimeIndex.of(message);
            Optional<MimeIndex> inside =
                    reading.layers().isEmpty() ? Optional.empty() : index(reading.entity());
            return new Inspected(at, outside, inside, reading);
        } catch (MimeException e) {
            throw new IOException("A gateway refuses this message: " + e.reason(), e);
        }
    }

    /// Whoever encrypted it may have encrypted something else than a message.
    private static Optional<MimeIndex> index(Content entity) throws IOException {
        try {
            return Optional.of(MimeIndex.of(entity));
        } catch (MimeException e) {
            return Optional.empty();
        }
    }

    private List<Identity> keys(Arguments arguments) throws IOException {
        Optional<String> key = arguments.value("key");
        return key.isEmpty()
                ? List.of()
                : List.of(
                        KeyFile.read(
                                Path.of(key.get()), password(arguments.value("password-file"))));
    }

    private char[] password(Optional<String> file) throws IOException {
        return file.isPresent()
                ? Secrets.firstLine(Path.of(file.get())).toCharArray()
                : console.askSecret("Password of the key file: ").orElse(new char[0]);
    }

    private Instant at(Optional<String> text) throws UsageException {
        try {
            return text.isEmpty() ? clock.instant() : Instant.parse(text.get());
        } catch (DateTimeParseException e) {
            throw new UsageException(
                    "\"" + text.get() + "\" is not a time like 2026-01-15T09:00:00Z");
        }
    }
}
