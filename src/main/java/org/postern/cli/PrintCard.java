package org.postern.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.card.Card;
import org.postern.card.CardPdf;
import org.postern.card.CardSvg;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.config.People;
import org.postern.language.Language;
import org.postern.language.Texts;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;

/// `card`: a card for the waiting room.
public final class PrintCard implements Command {
    private final Console console;

    public PrintCard(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "card";
    }

    @Override
    public String summary() {
        return "makes a card with the address of a clinician's or team's page";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "NAME [--format pdf|svg] [--out FILE]",
                        """
                        Makes a card of 5.5 by 8.5 inches for the waiting room: whom patients may
                        write to, the address of the page as text and as a code for cameras, what to
                        do in an emergency, in English and Spanish. NAME is the name of a page in
                        people.yaml.\
                        """)
                .withValue("format", "pdf|svg", "pdf if left out")
                .withValue("out", "FILE", "card-NAME.pdf or .svg if left out");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String name = arguments.word(0, "the NAME of a page");
        arguments.atMostWords(1);
        String format = arguments.value("format").orElse("pdf");
        if (!List.of("pdf", "svg").contains(format)) {
            throw new UsageException("--format is pdf or svg");
        }
        Path out = Path.of(arguments.value("out").orElse("card-" + name + "." + format));
        return switch (Configuration.load(arguments.config())) {
            case Checked.Invalid<Configuration>(List<ConfigError> errors) -> {
                Mistakes.show(console, errors);
                yield FAILED;
            }
            case Checked.Valid<Configuration>(Configuration configuration) -> {
                Card card = card(configuration, name);
                write(out, format, card);
                console.line(out + " leads to " + card.url());
                yield OK;
            }
        };
    }

    private static void write(Path out, String format, Card card) throws IOException {
        try {
            Files.write(out, format.equals("pdf") ? CardPdf.of(card) : CardSvg.of(card));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + "; write --format svg", e);
        }
    }

    private static Card card(Configuration configuration, String name) throws UsageException {
        GatewayConfig config = configuration.gateway();
        GatewayConfig.PickupEndpoint pickup = config.listeners().pickup();
        if (pickup == null) {
            throw new UsageException("gateway.yaml has no pickup listener, so there are no pages");
        }
        People.Person person =
                configuration
                        .people()
                        .ofPage(name)
                        .orElseThrow(() -> new UsageException(unknown(configuration, name)));
        GatewayConfig.Clinic clinic = config.clinic();
        return new Card(
                person.name(),
                Optional.ofNullable(person.title()).orElse(""),
                clinic.name(),
                clinic.phone(),
                clinic.emergency(),
                configuration
                        .languages()
                        .of(clinic.language().getLanguage())
                        .map(Texts::language)
                        .orElse(Language.ENGLISH),
                clinic.colour(),
                pickup.url() + "/to/" + name);
    }

    private static String unknown(Configuration configuration, String name) {
        String known =
                configuration.people().all().stream()
                        .map(People.Person::page)
                        .filter(page -> page != null)
                        .map(People.Page::name)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return "no page in people.yaml has the name \""
                + name.toLowerCase(Locale.ROOT)
                + "\"; "
                + (known.isEmpty()
                        ? "give somebody one: page: { name: … }"
                        : "there are: " + known);
    }
}
