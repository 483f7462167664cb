package org.postern.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Domain;

/// Whatever is taken for an address: printing and reading gives it back, its domain is what stands
/// behind the last unquoted at sign, and nothing in it could end a command or a header field.
public final class AddressFuzz {
    static {
        // Loads the tables of domain names before the first input, whose time is counted.
        Domain.parse("\u00E4.example");
    }

    private AddressFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort.bounded(() -> {
            check(new String(input, StandardCharsets.UTF_8));
            check(new String(input, StandardCharsets.ISO_8859_1));
        });
    }

    private static void check(String text) {
        Optional<Address> parsed = Address.parse(text);
        if (parsed.isEmpty()) {
            return;
        }
        Address address = parsed.get();
        Promise.hold(Address.parse(address.toString()).equals(parsed), "printed as " + address);
        Promise.hold(
                Domain.parse(text.substring(lastAt(text) + 1))
                        .equals(Optional.of(address.domain())),
                "domain " + address.domain());
        Promise.hold(
                address.toString().chars().noneMatch(Character::isISOControl),
                "a control character");
        String key = address.key();
        Promise.hold(Address.of(address.toString()).key().equals(key), "another key");
        Promise.hold(
                key.substring(key.lastIndexOf('@') + 1).equals(address.domain().name()),
                "key " + key);
    }

    /// Found by walking over quoted strings, one character at a time.
    private static int lastAt(String text) {
        boolean quoted = false;
        int last = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '@' && !quoted) {
                last = i;
            }
        }
        return last;
    }
}
