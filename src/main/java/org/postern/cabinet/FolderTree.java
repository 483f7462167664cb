package org.postern.cabinet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.cabinet.OwnFolders.Own;

/// The names of one person's folders, and which lie in which: RFC 3501 §5.1.
final class FolderTree {
    /// Between a folder and those inside it.
    private static final String SEPARATOR = "/";

    /// RFC 6154 §2.
    private static final String JUNK = "\\Junk";

    private static final int CHARS_MAX = 200;
    private static final int DEPTH_MAX = 10;

    private final List<Own> own;

    FolderTree(List<Own> own) {
        this.own = own;
    }

    /// The one form of a name: INBOX is the same in any case, also above others.
    static String plain(String name) {
        int end = name.contains(SEPARATOR) ? name.indexOf(SEPARATOR) : name.length();
        boolean inbox = name.substring(0, end).equalsIgnoreCase("INBOX");
        return inbox ? "INBOX" + name.substring(end) : name;
    }

    /// The name that a folder gets; empty if none can have it. RFC 3501 §6.3.3: a separator at its
    /// end says that others will lie in it, and is no part of it.
    static Optional<String> name(String written) {
        String plain = plain(written);
        String name = plain.endsWith(SEPARATOR) ? plain.substring(0, plain.length() - 1) : plain;
        String[] parts = name.split(SEPARATOR, -1);
        boolean good = name.length() <= CHARS_MAX && parts.length <= DEPTH_MAX;
        for (String part : parts) {
            good &= !part.isBlank();
        }
        good &=
                name.chars()
                        .noneMatch(
                                c -> Character.isISOControl(c) || "*%\u2028\u2029".indexOf(c) >= 0);
        return good ? Optional.of(name) : Optional.empty();
    }

    static boolean isBelow(String name, String above) {
        return name.startsWith(above + SEPARATOR);
    }

    int size() {
        return own.size();
    }

    Optional<Own> find(String name) {
        return own.stream().filter(it -> it.name().equals(name)).findFirst();
    }

    boolean has(String name) {
        return Shelf.of(name).isPresent() || find(name).isPresent();
    }

    /// Whether a folder can be made for a use: there is one for each but junk, which somebody may
    /// want to keep apart.
    ///
    /// @param use an attribute of RFC 6154 as clients write it
    boolean allows(String use) {
        return use.equals(JUNK) && own.stream().noneMatch(it -> it.use().equals(JUNK));
    }

    List<Own> below(String name) {
        return own.stream().filter(it -> isBelow(it.name(), name)).toList();
    }

    /// What is missing up to a name that is not there, from the top; the name itself is the last.
    List<String> missing(String name) {
        List<String> missing = new ArrayList<>(above(name));
        missing.removeIf(this::has);
        missing.add(name);
        return missing;
    }

    /// What a name lies in, from the top.
    static List<String> above(String name) {
        List<String> above = new ArrayList<>();
        int at = -1;
        while ((at = name.indexOf(SEPARATOR, at + 1)) >= 0) {
            above.add(name.substring(0, at));
        }
        return above;
    }

    /// What is said of a name that is taken. Names of held mail are kept free also where she has no
    /// such folder: she would look in vain for one that is said to be there.
    Cabinet.Altered taken(String name) {
        boolean kept = Shelf.of(name).filter(Shelf::isOfHeldMail).isPresent();
        return kept && find(name).isEmpty() ? Cabinet.Altered.NO_NAME : Cabinet.Altered.THERE;
    }
}
