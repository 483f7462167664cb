package org.postern.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.precis.OpaqueString;
import org.postern.vault.PasswordHash;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;

/// `user`: who may send from a mail program.
public final class User implements Command {
    /// NIST SP 800-63B-4, section 3.1.1.2: a password that stands alone.
    static final int PASSWORD_CHARACTERS_MIN = 15;

    private static final int PASSWORD_CHARACTERS_MAX = 256;

    /// Fewer different characters than this are no secret, however many there are.
    private static final int DIFFERENT_CHARACTERS_MIN = 5;

    private final Console console;
    private final SecureRandom random;
    private final Part appPasswords;

    /// What `user` does with one of its words.
    @FunctionalInterface
    public interface Part {
        /// @return the exit code
        int run(Arguments arguments) throws UsageException, IOException;
    }

    /// @param appPasswords what `user app-password` does
    public User(Console console, SecureRandom random, Part appPasswords) {
        this.console = console;
        this.random = random;
        this.appPasswords = appPasswords;
    }

    @Override
    public String name() {
        return "user";
    }

    @Override
    public String summary() {
        return "adds, lists and removes those who may send from a mail program";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "add|password|remove ADDRESS, list, or app-password WORD ADDRESS",
                        """
                        user add ADDRESS        lets someone send, and sets the password
                        user password ADDRESS   sets another password
                        user remove ADDRESS     ends it, at once
                        user list               shows who may send, and under which addresses

                        user app-password add ADDRESS LABEL   makes a password for one device,
                                                shown once; for IMAP and for sending
                        user app-password list [ADDRESS]      shows which there are, hers or all,
                                                when each was made and last used
                        user app-password revoke ADDRESS ID   ends one; with --all all of them

                        The password is asked for at the terminal. Without a terminal it is the
                        first line of the input, or of --password-file. It is never an argument,
                        because others on this machine can see arguments. It needs 15 characters:
                        four words are easier to type and harder to guess than special characters.\
                        """)
                .withValue(
                        "send-as", "ADDRESS,…", "further addresses that this person may write as")
                .withValue("password-file", "FILE", "takes the password from a file's first line")
                .withSwitch("all", "with app-password revoke: all of this person")
                .withSwitch("json", "with app-password: as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "add, password, remove, list or app-password");
        if (verb.equals("app-password")) {
            return appPasswords.run(arguments);
        }
        return switch (Configuration.gateway(arguments.config())) {
            case Checked.Invalid<GatewayConfig>(List<ConfigError> errors) -> {
                Mistakes.show(console, errors);
                yield FAILED;
            }
            case Checked.Valid<GatewayConfig>(GatewayConfig gateway) -> {
                UserFile file = new UserFile(gateway.storage().users());
                yield switch (verb) {
                    case "add" -> add(arguments, file, gateway.site().domains());
                    case "password" -> changePassword(arguments, file);
                    case "remove" -> remove(arguments, file);
                    case "list" -> list(arguments, file);
                    default ->
                            throw new UsageException(
                                    "unknown word \""
                                            + verb
                                            + "\"; write add, password, remove, list or"
                                            + " app-password");
                };
            }
        };
    }

    private int add(Arguments arguments, UserFile file, Set<Domain> own)
            throws UsageException, IOException {
        Address address = address(arguments);
        if (!own.contains(address.domain())) {
            throw new UsageException(
                    "%s is not in one of the clinic's own domains (domains in gateway.yaml)"
                            .formatted(address));
        }
        List<Address> sendAs = arguments.addresses("send-as");
        for (Address other : sendAs) {
            UserFile.requireStorable(other);
        }
        if (file.has(address)) {
            throw new UsageException(
                    address
                            + " is there already; \"user password "
                            + address
                            + "\" sets another"
                            + " password");
        }
        file.put(new UserFile.Entry(address, hash(arguments, address), sendAs));
        console.line(address + " may send now.");
        return OK;
    }

    private int changePassword(Arguments arguments, UserFile file)
            throws UsageException, IOException {
        Address address = address(arguments);
        UserFile.Entry known = known(file, address);
        file.put(new UserFile.Entry(address, hash(arguments, address), known.sendAs()));
        console.line("The password of " + address + " is changed.");
        return OK;
    }

    private int remove(Arguments arguments, UserFile file) throws UsageException, IOException {
        Address address = address(arguments);
        known(file, address);
        file.remove(address);
        console.line(address + " may no longer send.");
        console.line(
                "Her app passwords open nothing now, and would again if she came back: \"user"
                        + " app-password revoke "
                        + address
                        + " --all\" ends them for good.");
        return OK;
    }

    private int list(Arguments arguments, UserFile file) throws UsageException, IOException {
        arguments.atMostWords(1);
        List<UserFile.Entry> entries = file.entries();
        if (entries.isEmpty()) {
            console.line("Nobody yet; \"./gateway user add ADDRESS\" adds someone.");
        }
        for (UserFile.Entry entry : entries) {
            String others =
                    String.join(", ", entry.sendAs().stream().map(Address::toString).toList());
            console.line(entry.address() + (others.isEmpty() ? "" : "   also as " + others));
        }
        return OK;
    }

    private static Address address(Arguments arguments) throws UsageException {
        Address address = Arguments.address(arguments.word(1, "the ADDRESS"));
        arguments.atMostWords(2);
        UserFile.requireStorable(address);
        return address;
    }

    private static UserFile.Entry known(UserFile file, Address address)
            throws UsageException, IOException {
        return file.entries().stream()
                .filter(entry -> entry.address().key().equals(address.key()))
                .findFirst()
                .orElseThrow(() ->
                        new UsageException(
                                "there is no user "
                                        + address
                                        + "; \"user list\" shows who there is"));
    }

    private String hash(Arguments arguments, Address address) throws UsageException, IOException {
        char[] typed = password(arguments, address);
        char[] password = prepared(typed);
        try {
            requireStrong(password, address);
            return PasswordHash.of(password, random);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /// What is hashed is the one way to write it, for another keyboard may write it in another.
    private static char[] prepared(char[] typed) throws UsageException {
        try {
            if (typed.length > OpaqueString.UTF16_UNITS_MAX) {
                throw tooLong();
            }
            return OpaqueString.prepared(typed)
                    .orElseThrow(() ->
                            new UsageException(
                                    typed.length == 0
                                            ? "the password is empty; nothing was changed"
                                            : "the password holds a character that nobody sees,"
                                                    + " such as a tab; take letters, digits,"
                                                    + " signs and spaces"));
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    private char[] password(Arguments arguments, Address address)
            throws UsageException, IOException {
        Optional<String> file = arguments.value("password-file");
        if (file.isPresent()) {
            try (BufferedReader reader = Files.newBufferedReader(Path.of(file.get()))) {
                return firstLine(reader);
            }
        }
        if (!console.hasPerson()) {
            return firstLine(
                    new BufferedReader(
                            new InputStreamReader(console.in(), StandardCharsets.UTF_8)));
        }
        char[] first =
                console.askSecret("Password for " + address + ": ").orElseThrow(User::noPassword);
        char[] second = console.askSecret("Again: ").orElseThrow(User::noPassword);
        boolean same = Arrays.equals(first, second);
        Arrays.fill(second, '\0');
        if (!same) {
            throw new UsageException("the two passwords differ; nothing was changed");
        }
        return first;
    }

    private static char[] firstLine(BufferedReader reader) throws IOException, UsageException {
        String line = reader.readLine();
        if (line == null) {
            throw noPassword();
        }
        return line.toCharArray();
    }

    private static UsageException noPassword() {
        return new UsageException("no password was given; nothing was changed");
    }

    private static void requireStrong(char[] password, Address address) throws UsageException {
        String text = new String(password);
        int length = text.codePointCount(0, text.length());
        if (length < PASSWORD_CHARACTERS_MIN) {
            throw new UsageException(
                    "the password has %d characters and needs %d; take four or five words"
                            .formatted(length, PASSWORD_CHARACTERS_MIN));
        }
        if (length > PASSWORD_CHARACTERS_MAX) {
            throw tooLong();
        }
        if (text.codePoints().distinct().count() < DIFFERENT_CHARACTERS_MIN) {
            throw new UsageException("the password repeats too few characters; take other words");
        }
        if (text.equalsIgnoreCase(address.toString())) {
            throw new UsageException("the address itself is no password");
        }
    }

    private static UsageException tooLong() {
        return new UsageException(
                "the password has more than %d characters".formatted(PASSWORD_CHARACTERS_MAX));
    }
}
