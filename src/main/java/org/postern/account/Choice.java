package org.postern.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.postern.choice.ChoiceRequests;
import org.postern.choice.Recorded;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.mail.Address;
import org.postern.operate.Configured;

/// `choice`: which patients chose ordinary mail. Asks the running gateway.
public final class Choice implements Command, Configured.Reading {
    private final Console console;

    public Choice(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "choice";
    }

    @Override
    public String summary() {
        return "puts on record that a patient chose ordinary mail, or took it back";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "record ADDRESS --source TEXT, withdraw ADDRESS [--source TEXT], or list"
                                + " [--json]",
                        """
                        choice record ADDRESS --source TEXT    the patient chose ordinary mail after
                                                               she was warned that others may read
                                                               it; TEXT says how you know, as in
                                                               "form of 2026-03-02" or "telephone,
                                                               birth date checked"
                        choice withdraw ADDRESS [--source TEXT]  she takes it back
                        choice list                            what is on record, with time, source
                                                               and who recorded it

                        Recording changes nothing by itself: a rule has to ask for it, by
                        recipient-chose: ordinary-mail. What was accepted before keeps its decision.
                        The patient is told by mail, and by text message where her number is
                        on file.
                        Every act is audited with the name of who did it. TEXT holds nothing about
                        the patient's health.\
                        """)
                .withValue("source", "TEXT", "how the clinic knows, one line")
                .withSwitch("json", "as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "record, withdraw or list");
        Optional<String> source = arguments.value("source");
        if (source.filter(it -> !Recorded.isSource(it)).isPresent()) {
            throw new UsageException(
                    "--source is one line of 1 to " + Recorded.SOURCE_MAX + " characters");
        }
        ObjectNode request =
                switch (verb) {
                    case "record" ->
                            ChoiceRequests.record(
                                    person(arguments),
                                    source.orElseThrow(() ->
                                            new UsageException(
                                                    "say how you know: add --source \"…\"")));
                    case "withdraw" ->
                            ChoiceRequests.withdraw(person(arguments), source.orElse("not said"));
                    case "list" -> {
                        arguments.atMostWords(1);
                        yield ChoiceRequests.list();
                    }
                    default ->
                            throw new UsageException(
                                    "unknown word \""
                                            + verb
                                            + "\"; write record, withdraw or list");
                };
        return Configured.show(console, arguments, request, this);
    }

    private static Address person(Arguments arguments) throws UsageException {
        arguments.atMostWords(2);
        return Arguments.address(arguments.word(1, "the ADDRESS"));
    }

    @Override
    public void end(ObjectNode end, boolean json) {
        if (!json && end.path("end").path("count").asInt() == 0) {
            console.line("Nobody's choice is on record.");
        }
        if (!end.path("end").path("whole").asBoolean()) {
            console.error(
                    "Some of the record cannot be read; those choices count as unknown, and mail"
                            + " that a rule asks them for is held. The log names the file.");
        }
    }

    @Override
    public String words(ObjectNode line) {
        String who = line.path("address").asText() + "  " + line.path("state").asText();
        return line.has("at")
                ? who
                        + ", "
                        + line.path("at").asText()
                        + ", by "
                        + line.path("by").asText()
                        + ": "
                        + line.path("source").asText()
                : who;
    }
}
