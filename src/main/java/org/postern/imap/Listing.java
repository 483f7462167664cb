package org.postern.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.grammar.Command;
import org.postern.grammar.FolderName;
import org.postern.grammar.FolderPattern;
import org.postern.outline.Strings;

/// Which folders LIST and LSUB tell of, and how: RFC 3501 §7.2.2, RFC 5258, RFC 6154.
///
/// There may be many folders, so what lies in one is looked up and not looked for.
final class Listing {
    /// Between a folder and those inside it: RFC 3501 §5.1.1.
    static final char SEPARATOR = '/';

    /// Of folders that are named one by one.
    static final Command.ListFolders NAMED =
            new Command.ListFolders(
                    false, false, false, "", List.of(), new Command.Wanted(false, false, Set.of()));

    private final List<Listed> all;
    private final Command.ListFolders command;
    private final List<FolderPattern> patterns;
    private final NavigableSet<String> names = new TreeSet<>();
    private final NavigableSet<String> chosen = new TreeSet<>();

    /// @param all folders that there are
    Listing(List<Listed> all, Command.ListFolders command) {
        this.all = all;
        this.command = command;
        this.patterns =
                command.patterns().stream()
                        .map(it -> new FolderPattern(command.reference() + it, SEPARATOR))
                        .toList();
        for (Listed each : all) {
            if (each.isThere()) {
                names.add(each.name());
            }
            if (isChosen(each)) {
                chosen.add(each.name());
            }
        }
    }

    List<Listed> all() {
        return all;
    }

    /// Whether a command may name a folder, or one in it.
    static boolean reaches(Command.ListFolders command, String top) {
        return command.patterns().stream()
                .anyMatch(pattern -> reaches(command.reference() + pattern, top));
    }

    private static boolean reaches(String pattern, String top) {
        int wild = 0;
        while (wild < pattern.length() && "%*".indexOf(pattern.charAt(wild)) < 0) {
            wild++;
        }
        String begin = pattern.substring(0, wild);
        return begin.startsWith(top) || (wild < pattern.length() && top.startsWith(begin));
    }

    boolean isWanted(Listed each) {
        return isNamed(each) && (isChosen(each) || isAboveChosen(each) || isLevel(each));
    }

    /// RFC 3501 §6.3.9: a client that goes down level by level must come to what is subscribed.
    private boolean isLevel(Listed each) {
        return command.subscribed()
                && !isChosen(each)
                && command.patterns().stream().anyMatch(pattern -> pattern.indexOf('%') >= 0)
                && holds(chosen, each);
    }

    private static boolean holds(NavigableSet<String> names, Listed above) {
        String below = above.name() + SEPARATOR;
        String next = names.ceiling(below);
        return next != null && next.startsWith(below);
    }

    private boolean isNamed(Listed each) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(each.name()));
    }

    private boolean isChosen(Listed each) {
        boolean fits = !command.only() || !each.use().isEmpty();
        return fits && (command.chosen() ? each.subscribed() : each.isThere());
    }

    /// RFC 5258 §3.1: for the sake of one inside it.
    private boolean isAboveChosen(Listed each) {
        return command.wanted().recursive() && holds(chosen, each);
    }

    /// The whole response, without its line end.
    ///
    /// @param utf8 whether names are told in it
    String line(Listed each, boolean utf8) {
        String word = command.subscribed() ? "LSUB" : "LIST";
        String line =
                "* %s (%s) \"/\" %s".formatted(word, attributes(each), name(each.name(), utf8));
        return isAboveChosen(each) ? line + " (\"CHILDINFO\" (" + criteria() + "))" : line;
    }

    private String criteria() {
        StringJoiner criteria = new StringJoiner(" ");
        if (command.chosen()) {
            criteria.add("\"SUBSCRIBED\"");
        }
        if (command.only()) {
            criteria.add("\"SPECIAL-USE\"");
        }
        return criteria.toString();
    }

    private String attributes(Listed each) {
        StringJoiner attributes = new StringJoiner(" ");
        // LSUB: also what is subscribed and is not there, to which a client goes down.
        boolean holds = holds(names, each) || (command.subscribed() && holds(chosen, each));
        attributes.add(holds ? "\\HasChildren" : "\\HasNoChildren");
        if (!each.isThere() && !command.subscribed()) {
            // RFC 5258 §3: it stands for \Noselect as well.
            attributes.add("\\NonExistent");
        } else if (!each.opens() || isLevel(each)) {
            attributes.add("\\Noselect");
        }
        if (!each.use().isEmpty() && !command.subscribed()) {
            attributes.add(each.use());
        }
        if (command.wanted().subscription() && each.subscribed()) {
            attributes.add("\\Subscribed");
        }
        return attributes.toString();
    }

    /// As an astring: RFC 3501 §9, RFC 9051 §5.1.
    static String name(String name, boolean utf8) {
        if (utf8 && name.chars().anyMatch(c -> c >= 0x7F)) {
            String octets = new String(name.getBytes(UTF_8), ISO_8859_1);
            return '"' + octets.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        String written = utf8 ? name : FolderName.encode(name);
        boolean atom = written.chars().allMatch(c -> c > ' ' && "(){%*\"\\".indexOf(c) < 0);
        return atom ? written : Strings.string(written);
    }
}
