package org.postern.operate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.postern.check.PatientCheck;
import org.postern.check.PatientFile;
import org.postern.check.PatientImport;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig.Storage;
import org.postern.mail.Address;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// `patient`: what the clinic knows for the check at pickup.
public final class Patient implements Command {
    private final Console console;

    public Patient(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "patient";
    }

    @Override
    public String summary() {
        return "keeps birth dates, PINs and mobile numbers for the check on the pickup page";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "import FILE, or add ADDRESS birth-date|pin|mobile|language",
                """
                patient import FILE              takes a CSV file with the columns
                                                 address,birth-date,pin,mobile,language
                patient add ADDRESS birth-date   asks for a birth date, such as 1972-04-09
                patient add ADDRESS pin          asks for a PIN of 4 to 12 digits
                patient add ADDRESS mobile       asks for a number, such as +1 555 010 0199
                patient add ADDRESS language     asks for the language that the patient reads,
                                                 such as es: notices come in it alone

                Keyed hashes are kept, and the number sealed. The fact is asked for at the terminal,
                or is the first line of the input; it is never an argument, because others on this
                machine can see arguments. A patient of whom nothing is known gets a code by mail.\
                """);
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "import or add");
        return Configured.run(
                console,
                arguments,
                config ->
                        switch (verb) {
                            case "import" -> importFile(arguments, config.storage());
                            case "add" -> add(arguments, config.storage());
                            default ->
                                    throw new UsageException(
                                            "unknown word \"" + verb + "\"; write import or add");
                        });
    }

    private int importFile(Arguments arguments, Storage storage)
            throws UsageException, IOException {
        Path csv = Path.of(arguments.word(1, "FILE"));
        arguments.atMostWords(2);
        int count = PatientImport.read(csv, storage.patients(), vault(storage));
        console.line(count + " facts are kept. Delete " + csv + " now: it holds them in clear.");
        return OK;
    }

    private int add(Arguments arguments, Storage storage) throws UsageException, IOException {
        Address patient = Arguments.address(arguments.word(1, "ADDRESS"));
        String word = arguments.word(2, "birth-date, pin, mobile or language");
        arguments.atMostWords(3);
        if (word.equals("language")) {
            return addLanguage(patient, storage);
        }
        PatientCheck check =
                Arrays.stream(PatientCheck.values())
                        .filter(known -> known.word().equals(word))
                        .findFirst()
                        .orElseThrow(() ->
                                new UsageException("write birth-date, pin, mobile or language"));
        String value =
                answer(word + " of " + patient + ": ")
                        .orElseThrow(() -> new UsageException("the " + word + " is missing"));
        try {
            PatientFile.add(
                    storage.patients(),
                    vault(storage),
                    new PatientFile.Fact(patient, check, value));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        console.line("Kept: the " + word + " of " + patient + ".");
        return OK;
    }

    private int addLanguage(Address patient, Storage storage) throws UsageException, IOException {
        String tag =
                answer("language of " + patient + ": ")
                        .orElseThrow(() -> new UsageException("the language is missing"));
        try {
            PatientFile.addLanguage(storage.patients(), patient, tag);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        console.line("Kept: the language of " + patient + ".");
        return OK;
    }

    private Optional<String> answer(String prompt) throws IOException {
        if (console.hasPerson()) {
            return console.askSecret(prompt).map(String::new);
        }
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
        return Optional.ofNullable(lines.readLine()).map(String::strip);
    }

    private static Vault vault(Storage storage) throws IOException {
        return Vault.open(
                storage.keystore(), Secrets.firstLine(storage.keystorePassword()).toCharArray());
    }
}
