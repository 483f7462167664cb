package org.postern.handout;

import java.security.SecureRandom;

/// What locks a key on its way to its owner, made to be told by telephone and typed once: five
/// groups of four characters, 99 bits. Whoever has the file alone can guess at his own machine, as
/// fast as he likes and for years, so nothing that a person would think of is enough.
///
/// @param words such as `k7mq-w3pd-9hax-c2tn-vr8e`; a secret
record Passphrase(String words) {
    /// None that is taken for another one when it is read: i, l, o, 0, 1.
    private static final String SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";

    private static final int GROUPS = 5;
    private static final int IN_GROUP = 4;

    static Passphrase fresh(SecureRandom random) {
        StringBuilder words = new StringBuilder();
        for (int group = 0; group < GROUPS; group++) {
            words.append(group == 0 ? "" : "-");
            for (int i = 0; i < IN_GROUP; i++) {
                words.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
            }
        }
        return new Passphrase(words.toString());
    }

    char[] chars() {
        return words.toCharArray();
    }

    /// It is shown where it is asked for by name, and in no log.
    @Override
    public String toString() {
        return "a passphrase";
    }
}
