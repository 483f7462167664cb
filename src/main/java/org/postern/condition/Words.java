package org.postern.condition;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How explanations say lists and sizes.
final class Words {
    private static final long KIB = 1_024;

    private Words() {}

    static String or(Stream<String> words) {
        return words.collect(Collectors.joining(" or "));
    }

    /// As a policy file writes it where the figure is round, in octets elsewhere.
    static String size(long octets) {
        if (octets > 0 && octets % (KIB * KIB) == 0) {
            return octets / (KIB * KIB) + " MiB";
        }
        return octets > 0 && octets % KIB == 0 ? octets / KIB + " KiB" : octets + " octets";
    }
}
