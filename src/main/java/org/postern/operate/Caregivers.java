package org.postern.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.control.CaregiverRequests;
import org.postern.mail.Address;
import org.postern.writing.PlainName;

/// `caregiver`: who reads along for a patient. Asks the running gateway.
public final class Caregivers implements Command {
    private static final int DAYS_USUAL = 365;

    private final Console console;

    public Caregivers(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "caregiver";
    }

    @Override
    public String summary() {
        return "lets somebody read along for a patient, and ends it";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "add PATIENT ADDRESS NAME [--sensitive] [--days N], list PATIENT, or end"
                                + " PATIENT ADDRESS [--json]",
                        """
                        caregiver add PATIENT ADDRESS NAME  lets somebody read what the patient gets
                                                    from this clinic, and answer; shows a code
                                                    once, to be told to her and never mailed
                        caregiver list PATIENT      who reads along now
                        caregiver end PATIENT ADDRESS   ends it, also where a page is open

                        PATIENT and ADDRESS are e-mail addresses. Whoever is added again gets a new
                        code, and the old one is worth nothing. Every act is audited with the name
                        of who did it.\
                        """)
                .withSwitch("sensitive", "lets her read what is sensitive too")
                .withValue("days", "N", "how long, 1 to 3650; 365 if left out")
                .withSwitch("json", "as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "add, list or end");
        Address patient = Arguments.address(arguments.word(1, "PATIENT"));
        ObjectNode request =
                switch (verb) {
                    case "add" -> {
                        arguments.atMostWords(4);
                        yield CaregiverRequests.add(
                                new CaregiverRequests.Wish(
                                        patient,
                                        Arguments.address(arguments.word(2, "ADDRESS")),
                                        PlainName.of(arguments.word(3, "NAME")),
                                        arguments.has("sensitive"),
                                        days(arguments)));
                    }
                    case "list" -> {
                        arguments.atMostWords(2);
                        yield CaregiverRequests.list(patient);
                    }
                    case "end" -> {
                        arguments.atMostWords(3);
                        yield CaregiverRequests.end(
                                patient, Arguments.address(arguments.word(2, "ADDRESS")));
                    }
                    default -> throw new UsageException("unknown word \"" + verb + "\"");
                };
        return Configured.show(console, arguments, request, Caregivers::words);
    }

    private static int days(Arguments arguments) throws UsageException {
        Optional<String> days = arguments.value("days");
        if (days.isPresent() && !days.get().matches("[1-9][0-9]{0,3}")) {
            throw new UsageException("--days is a number from 1 to 3650");
        }
        return days.map(Integer::parseInt).orElse(DAYS_USUAL);
    }

    private static String words(ObjectNode line) {
        String address = line.path("address").asText();
        if (line.has("code")) {
            String code = line.path("code").asText();
            return "Tell "
                    + line.path("name").asText()
                    + " ("
                    + address
                    + ") this code: "
                    + code
                    + ". It is not mailed, and not shown again.";
        }
        if (line.has("until")) {
            return address
                    + "  "
                    + line.path("name").asText()
                    + (line.path("sensitive").asBoolean() ? ", also what is sensitive" : "")
                    + ", until "
                    + line.path("until").asText();
        }
        return address + "  ended";
    }
}
