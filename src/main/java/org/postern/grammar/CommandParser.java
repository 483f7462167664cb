package org.postern.grammar;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.grammar.Command.Alteration;
import org.postern.grammar.Command.Bad;
import org.postern.grammar.Command.Plain;
import org.postern.grammar.Command.StatusItem;
import org.postern.grammar.Command.Tagged;

/// Reads one command: RFC 3501 §9. Whatever the octets are, something comes of it, in linear time
/// and with a bounded stack.
public final class CommandParser {
    /// A longer tag is none.
    static final int TAG_OCTETS_MAX = 64;

    private static final Set<String> SELECTION =
            Set.of("SUBSCRIBED", "SPECIAL-USE", "REMOTE", "RECURSIVEMATCH");

    /// Of one LIST (RFC 5258 §3): each is compared with each folder.
    private static final int PATTERNS_MAX = 10;

    private static final int FLAGS_MAX = 100;
    private static final int ENABLED_MAX = 50;

    private final Words words;

    private CommandParser(Words words) {
        this.words = words;
    }

    /// @param octets without the last line end, literals inside
    /// @param utf8 whether the client has switched it on: RFC 9051 §5.1
    public static Tagged parse(byte[] octets, boolean utf8) {
        Words words = new Words(octets, utf8);
        String tag;
        try {
            tag = words.tag();
        } catch (MalformedException e) {
            return new Tagged(null, new Bad("a command begins with a tag", false));
        }
        if (tag.length() > TAG_OCTETS_MAX) {
            return new Tagged(null, new Bad("a tag has at most 64 octets", false));
        }
        boolean known = false;
        try {
            words.space();
            String verb = words.keyword();
            Command command = new CommandParser(words).command(verb);
            known = !(command instanceof Bad);
            if (known) {
                words.end();
            }
            return new Tagged(tag, command);
        } catch (MalformedException e) {
            return new Tagged(tag, new Bad(String.valueOf(e.getMessage()), known));
        }
    }

    private Command command(String verb) throws MalformedException {
        return switch (verb) {
            case "CAPABILITY" -> Plain.CAPABILITY;
            case "NOOP" -> Plain.NOOP;
            case "LOGOUT" -> Plain.LOGOUT;
            case "STARTTLS" -> Plain.STARTTLS;
            case "NAMESPACE" -> Plain.NAMESPACE;
            case "IDLE" -> Plain.IDLE;
            case "CHECK" -> Plain.CHECK;
            case "CLOSE" -> Plain.CLOSE;
            case "UNSELECT" -> Plain.UNSELECT;
            case "EXPUNGE" -> Plain.EXPUNGE;
            case "ID" -> id();
            case "LOGIN" -> login();
            case "AUTHENTICATE" -> authenticate();
            case "ENABLE" -> enable();
            case "UID" -> MessageParser.byUid(words);
            default -> aboutFolders(verb);
        };
    }

    private Command aboutFolders(String verb) throws MalformedException {
        return switch (verb) {
            case "SELECT" -> SelectParser.read(words, false);
            case "EXAMINE" -> SelectParser.read(words, true);
            case "CREATE" -> create();
            case "DELETE" -> new Command.Alter(Alteration.DELETE, folder(), "");
            case "RENAME" -> {
                String from = folder();
                yield new Command.Alter(Alteration.RENAME, from, folder());
            }
            case "SUBSCRIBE" -> new Command.Alter(Alteration.SUBSCRIBE, folder(), "");
            case "UNSUBSCRIBE" -> new Command.Alter(Alteration.UNSUBSCRIBE, folder(), "");
            case "GETQUOTA" -> {
                words.space();
                yield new Command.Quota(words.astring());
            }
            case "GETQUOTAROOT" -> new Command.QuotaRoot(folder());
            case "COMPRESS" -> {
                words.space();
                yield new Command.Compress(words.keyword());
            }
            case "LIST" -> list();
            case "LSUB" -> lsub();
            case "STATUS" -> {
                String folder = folder();
                words.space();
                yield new Command.Status(folder, statusItems());
            }
            // One that is right is known by its literal before it is whole.
            case "APPEND" -> new Bad("APPEND needs a folder, and a letter as a literal", true);
            default -> MessageParser.read(words, verb, false);
        };
    }

    private String folder() throws MalformedException {
        words.space();
        return words.folder();
    }

    /// RFC 6154 §3.
    private Command create() throws MalformedException {
        String folder = folder();
        if (!words.take(' ')) {
            return new Command.Create(folder, List.of());
        }
        words.expect('(');
        if (!words.keyword().equals("USE")) {
            throw new MalformedException("a parameter that CREATE does not know");
        }
        words.space();
        if (words.peek() != '(') {
            throw new MalformedException("the uses of a folder stand in parentheses");
        }
        List<String> uses = flags(words);
        words.expect(')');
        return new Command.Create(folder, uses);
    }

    /// RFC 2971 §3.1: what it says of itself is of no use here.
    private Command id() throws MalformedException {
        words.space();
        if (words.take('(')) {
            boolean more = words.peek() != ')';
            while (more) {
                nstring();
                more = words.take(' ');
            }
            words.expect(')');
        } else {
            nstring();
        }
        return Plain.ID;
    }

    private void nstring() throws MalformedException {
        if (words.peek() == '"' || words.peek() == '{') {
            words.string();
        } else if (!words.keyword().equals("NIL")) {
            throw new MalformedException("a string or NIL is missing");
        }
    }

    private Command login() throws MalformedException {
        words.space();
        String name = words.astring();
        words.space();
        return new Command.Login(name, words.astring().toCharArray());
    }

    private Command authenticate() throws MalformedException {
        words.space();
        String mechanism = words.keyword();
        if (!words.take(' ')) {
            return new Command.Authenticate(mechanism, Optional.empty());
        }
        // RFC 4959 §3: "=" is an answer without octets.
        String initial = words.atom();
        return new Command.Authenticate(mechanism, Optional.of(initial.equals("=") ? "" : initial));
    }

    private Command enable() throws MalformedException {
        Set<String> capabilities = new HashSet<>();
        words.space();
        do {
            capabilities.add(words.keyword());
        } while (words.take(' ') && capabilities.size() < ENABLED_MAX);
        return new Command.Enable(capabilities);
    }

    private Command lsub() throws MalformedException {
        String reference = folder();
        words.space();
        return new Command.ListFolders(
                true, false, true, reference, List.of(pattern()), Command.Wanted.NOTHING);
    }

    private String pattern() throws MalformedException {
        return words.folders();
    }

    private Command list() throws MalformedException {
        words.space();
        Set<String> selection = Set.of();
        if (words.take('(')) {
            selection = selection();
            words.space();
        }
        String reference = words.folder();
        words.space();
        List<String> patterns = patterns();
        Command.Wanted wanted = words.take(' ') ? returned() : Command.Wanted.NOTHING;
        boolean subscribed = selection.contains("SUBSCRIBED");
        boolean recursive = selection.contains("RECURSIVEMATCH");
        return new Command.ListFolders(
                false,
                selection.contains("SPECIAL-USE"),
                subscribed,
                reference,
                patterns,
                new Command.Wanted(
                        wanted.subscription() || subscribed, recursive, wanted.status()));
    }

    private List<String> patterns() throws MalformedException {
        if (!words.take('(')) {
            return List.of(pattern());
        }
        List<String> patterns = new ArrayList<>();
        do {
            patterns.add(pattern());
            if (patterns.size() > PATTERNS_MAX) {
                throw new MalformedException("more than " + PATTERNS_MAX + " patterns");
            }
        } while (words.take(' '));
        words.expect(')');
        return List.copyOf(patterns);
    }

    /// Up to the closing parenthesis. RFC 5258 §3.1: RECURSIVEMATCH stands neither alone nor with
    /// REMOTE alone.
    private Set<String> selection() throws MalformedException {
        Set<String> options = new HashSet<>();
        while (!words.take(')')) {
            String option = words.keyword();
            if (!SELECTION.contains(option)) {
                throw new MalformedException("an option that LIST does not know");
            }
            options.add(option);
            if (words.peek() != ')') {
                words.space();
            }
        }
        Set<String> selecting = new HashSet<>(options);
        selecting.remove("REMOTE");
        if (selecting.equals(Set.of("RECURSIVEMATCH"))) {
            throw new MalformedException("RECURSIVEMATCH needs another option beside it");
        }
        return options;
    }

    private Command.Wanted returned() throws MalformedException {
        if (!words.keyword().equals("RETURN")) {
            throw new MalformedException("RETURN is missing");
        }
        words.space();
        words.expect('(');
        boolean subscription = false;
        Set<StatusItem> status = Set.of();
        while (!words.take(')')) {
            switch (words.keyword()) {
                case "SUBSCRIBED" -> subscription = true;
                case "STATUS" -> {
                    words.space();
                    status = statusItems();
                }
                case "CHILDREN", "SPECIAL-USE" -> {
                    // Told of every folder in any case.
                }
                default -> throw new MalformedException("an option that LIST does not know");
            }
            if (words.peek() != ')') {
                words.space();
            }
        }
        return new Command.Wanted(subscription, false, status);
    }

    private Set<StatusItem> statusItems() throws MalformedException {
        words.expect('(');
        Set<StatusItem> items = EnumSet.noneOf(StatusItem.class);
        do {
            String name = words.keyword();
            StatusItem item =
                    EnumSet.allOf(StatusItem.class).stream()
                            .filter(each -> each.word().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () -> new MalformedException("STATUS does not know an item"));
            items.add(item);
        } while (words.take(' '));
        words.expect(')');
        return items;
    }

    /// RFC 3501 §9: in parentheses or without them.
    static List<String> flags(Words words) throws MalformedException {
        boolean list = words.take('(');
        List<String> flags = new ArrayList<>();
        if (list && words.take(')')) {
            return flags;
        }
        do {
            String sign = words.take('\\') ? "\\" : "";
            flags.add(sign + words.atom());
            if (flags.size() > FLAGS_MAX) {
                throw new MalformedException("more than 100 flags");
            }
        } while (words.take(' '));
        if (list) {
            words.expect(')');
        }
        return flags;
    }
}
