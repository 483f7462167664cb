package org.postern.explain;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.Mistakes;
import org.postern.cli.UsageException;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.facts.Facts;
import org.postern.gathering.FactGathering;
import org.postern.gathering.InsideLook;
import org.postern.gathering.PhiLook;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.membership.Memberships;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.policy.Explanation;
import org.postern.policy.Policy;
import org.postern.policy.Ruling;
import org.postern.reach.Possibilities;
import org.postern.specimen.Addressed;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.postern.yaml.Suggestion;

/// `explain`: what would be decided for a message, by which rule, and why not by the others.
public final class Explain implements Command {
    private static final List<Listener> LISTENERS =
            List.of(Listener.SUBMISSION, Listener.RELAY, Listener.INBOUND, Listener.PICKUP);

    private final Console console;
    private final Clock clock;
    private final Outside outside;

    /// Reaches what a configuration names, as the gateway itself does.
    public interface Outside {
        /// The directory of the groups.
        Memberships groups(GatewayConfig config) throws IOException;

        /// What is known of certificates and of the ways that mail takes. It keeps nothing.
        ///
        /// @param folder of the configuration
        Possibilities possibilities(Path folder, Configuration configuration) throws IOException;
    }

    public Explain(Console console, Clock clock, Outside outside) {
        this.console = console;
        this.clock = clock;
        this.outside = outside;
    }

    @Override
    public String name() {
        return "explain";
    }

    @Override
    public String summary() {
        return "shows what the policy decides for a message, and why";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "FILE|- [--from ADDRESS] [--to ADDRESS,…] [--listener NAME] [--at TIME]"
                                + " [--json]",
                        """
                        Takes a message from a file (.eml), or from the input if FILE is -, and
                        shows for each recipient which rule decides, what it decides, and why each
                        rule above it did not; where it protects, which protection would be chosen
                        at this moment, and why none before it. Nothing is sent. Where a rule names
                        a group, the clinic's directory is asked, as for real mail; for protections
                        the folder partners, directories of certificates, DNS and the policies of
                        domains are. No server of a recipient is connected, and no authority is
                        asked whether it has revoked a certificate: the running gateway does both.

                        Addresses that are not named are taken from the message: From, To and Cc. In
                        real mail the envelope decides, which may name others.

                        With --listener inbound it is mail from outside to the clinic's people. The
                        same rules decide about it; what the gateway does with it before and after
                        them (SPF, DKIM and DMARC, whether it is refused, opening what is encrypted)
                        is said below, as far as gateway.yaml tells it.\
                        """)
                .withValue("from", "ADDRESS", "who sends; <> is the empty address of reports")
                .withValue("to", "ADDRESS,…", "who shall get it; may be repeated")
                .withValue(
                        "listener",
                        "NAME",
                        "how it comes in: submission (default), relay, inbound, pickup")
                .withValue(
                        "at",
                        "TIME",
                        "when it comes in, by the clinic's clock, as 2026-12-24T19:30")
                .withSwitch("json", "shows the answer as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        arguments.word(0, "the FILE of a message");
        arguments.atMostWords(1);
        Configuration configuration;
        switch (Configuration.load(arguments.config())) {
            case Checked.Invalid<Configuration>(List<ConfigError> errors) -> {
                Mistakes.show(console, errors);
                return FAILED;
            }
            case Checked.Valid<Configuration>(Configuration valid) -> configuration = valid;
        }
        Policy policy = configuration.policy();
        Content message = console.message(arguments.word(0, "the FILE of a message"));
        Sight sight = sight(arguments.config(), configuration);
        Seen seen = seen(arguments, configuration, message);
        Facts facts =
                sight.in(policy, outside.groups(configuration.gateway()).in(policy, seen.facts()));
        Remarks remarks =
                Remarks.of(
                        seen.doubt(),
                        facts,
                        configuration.gateway(),
                        arguments.value("listener").isPresent());
        Ruling ruling = policy.rule(facts);
        List<Explanation> explanations =
                Stream.concat(ruling.recipients().stream(), ruling.copies().stream())
                        .map(ruled -> policy.explain(facts, ruled))
                        .toList();
        Choices choices = Choices.of(ruling, message, sight);
        if (arguments.has("json")) {
            console.line(ExplanationJson.of(facts, explanations, choices, remarks));
        } else {
            new ExplanationText(console, choices, remarks).show(facts, explanations);
        }
        return OK;
    }

    private Sight sight(Path folder, Configuration configuration) {
        try {
            return new Sight.Clear(outside.possibilities(folder, configuration));
        } catch (IOException e) {
            return new Sight.None(String.valueOf(e.getMessage()));
        }
    }

    /// @param doubt why a person would have to look at it first
    private record Seen(Facts facts, Optional<String> doubt) {}

    private Seen seen(Arguments arguments, Configuration configuration, Content message)
            throws UsageException, IOException {
        Listener listener = listener(arguments.value("listener"));
        GatewayConfig gateway = configuration.gateway();
        LocalDateTime at = at(arguments.value("at"), gateway.clinic().now(clock));
        try {
            MimeIndex index = MimeIndex.of(message);
            Facts facts =
                    FactGathering.of(
                            envelope(arguments, listener, index.header()),
                            index.header(),
                            new InsideLook(
                                            true,
                                            true,
                                            configuration.policy().recordForms(),
                                            new PhiLook(1, at::getYear))
                                    .of(index, message),
                            new FactGathering.Around(gateway.site().domains(), at));
            return new Seen(facts, index.doubt());
        } catch (MimeException e) {
            throw new IOException(
                    arguments.word(0, "the FILE of a message")
                            + ": a gateway refuses this message, whatever the policy says: "
                            + e.getMessage(),
                    e);
        }
    }

    private static LocalDateTime at(Optional<String> time, LocalDateTime now)
            throws UsageException {
        try {
            return time.map(it -> LocalDateTime.parse(it.replace(' ', 'T'))).orElse(now);
        } catch (DateTimeParseException e) {
            throw new UsageException(
                    "\"%s\" is not a time; write it like 2026-12-24T19:30".formatted(time.get()));
        }
    }

    private static Envelope envelope(Arguments arguments, Listener listener, HeaderSection header)
            throws UsageException {
        @Nullable Address from = originator(arguments, header);
        List<Address> to = arguments.addresses("to");
        if (to.isEmpty()) {
            to = Addressed.recipients(header);
        }
        if (to.isEmpty()) {
            throw new UsageException("the message names no recipient; add --to ADDRESS");
        }
        return Addressed.envelope(listener, from, from, to);
    }

    private static @Nullable Address originator(Arguments arguments, HeaderSection header)
            throws UsageException {
        Optional<String> from = arguments.value("from");
        if (from.isPresent()) {
            return from.get().equals("<>") ? null : Arguments.address(from.get());
        }
        List<Address> authors = Addressed.authors(header);
        if (authors.isEmpty()) {
            throw new UsageException("the message names no author; add --from ADDRESS");
        }
        return authors.getFirst();
    }

    private static Listener listener(Optional<String> name) throws UsageException {
        if (name.isEmpty()) {
            return Listener.SUBMISSION;
        }
        for (Listener listener : LISTENERS) {
            if (word(listener).equals(name.get())) {
                return listener;
            }
        }
        List<String> known = LISTENERS.stream().map(Explain::word).toList();
        throw new UsageException(
                "there is no listener \"%s\"; %s"
                        .formatted(
                                name.get(),
                                Suggestion.didYouMean(name.get(), known)
                                        .orElse("known: " + String.join(", ", known))));
    }

    private static String word(Listener listener) {
        return listener.name().toLowerCase(Locale.ROOT);
    }
}
