package org.postern.origin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.postern.mail.Domain;

/// The public suffix list: below which names anybody may register one. The domain below such a name
/// is the organisational domain of RFC 7489 §3.2.
///
/// The list comes with the library `public-suffix-list` and is as old as its release.
public final class PublicSuffixes {
    private static final String RESOURCE = "/effective_tld_names.dat";
    private static final char ASCII_END = 0x80;

    private final Set<String> rules = new HashSet<>(16_384);
    private final Set<String> wildcards = new HashSet<>();
    private final Set<String> exceptions = new HashSet<>();

    private PublicSuffixes() {}

    /// Reads the list of the library.
    public static PublicSuffixes load() {
        PublicSuffixes suffixes = new PublicSuffixes();
        try (InputStream in = PublicSuffixes.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the public suffix list is not on the class path");
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("//"))
                    .forEach(suffixes::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return suffixes;
    }

    private void add(String rule) {
        if (rule.startsWith("!")) {
            exceptions.add(ascii(rule.substring(1)));
        } else if (rule.startsWith("*.")) {
            wildcards.add(ascii(rule.substring(2)));
        } else {
            rules.add(ascii(rule));
        }
    }

    /// Nearly all of ten thousand names are what they become: a start need not prepare each.
    private static String ascii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= ASCII_END) {
                return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
            }
        }
        return name;
    }

    /// The domain itself, or the one above it that its owner registered; a public suffix is its own
    /// organisational domain.
    public Domain organisational(Domain domain) {
        String below = domain.name();
        String name = below;
        // From the longest name to the shortest: the first suffix that is public is the longest.
        // One
        // label alone always is: the rule "*" is for those that are not in the list.
        while (!isPublic(name)) {
            below = name;
            if (exceptions.contains(name)) {
                break;
            }
            name = parent(name);
        }
        return new Domain(below);
    }

    private boolean isPublic(String name) {
        if (exceptions.contains(name)) {
            return false;
        }
        return name.indexOf('.') < 0 || rules.contains(name) || wildcards.contains(parent(name));
    }

    private static String parent(String name) {
        return name.substring(name.indexOf('.') + 1);
    }
}
