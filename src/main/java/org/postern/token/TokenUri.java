package org.postern.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which key of which token, and how it is reached: the part of a PKCS#11 URI (RFC 7512) that is
/// understood here.
///
/// `pkcs11:slot-id=0;object=postern?module-path=/usr/lib/x.so&pin-source=file:/etc/postern/pin`
///
/// Without `pin-source` the PIN is taken from the environment, `POSTERN_TOKEN_PIN`.
///
/// @param slot id of the slot that holds the token
/// @param object label of a secret key in it
/// @param module the library of the token's maker
/// @param pin file whose first line is the PIN; null for the environment
record TokenUri(long slot, String object, Path module, @Nullable Path pin) {
    static final String SCHEME = "pkcs11:";
    static final String PIN_VARIABLE = "POSTERN_TOKEN_PIN";
    private static final Set<String> PATH_NAMES = Set.of("slot-id", "object");
    private static final Set<String> QUERY_NAMES = Set.of("module-path", "pin-source");

    /// No character of these means anything to whoever reads the provider's settings.
    private static final String FILE = "/[A-Za-z0-9/._+-]{1,400}";

    /// @throws IOException if it is none, or says anything else; the message is for people
    static TokenUri parse(String uri) throws IOException {
        if (!uri.startsWith(SCHEME)) {
            throw wrong("it begins with pkcs11:");
        }
        String[] parts = uri.substring(SCHEME.length()).split("\\?", -1);
        if (parts.length != 2) {
            throw wrong("it has one ?");
        }
        Map<String, String> path = fields(parts[0], ";", PATH_NAMES);
        Map<String, String> query = fields(parts[1], "&", QUERY_NAMES);
        String slot = path.getOrDefault("slot-id", "");
        String object = path.getOrDefault("object", "");
        String module = query.getOrDefault("module-path", "");
        String pin = query.get("pin-source");
        if (!slot.matches("[0-9]{1,10}")) {
            throw wrong("slot-id is a number");
        }
        if (!object.matches("[A-Za-z0-9._-]{1,64}")) {
            throw wrong("object is a label of letters and digits");
        }
        if (!module.matches(FILE)) {
            throw wrong("module-path is the whole path of a library");
        }
        if (pin != null && !pin.matches("file:" + FILE)) {
            throw wrong("pin-source is file: and the whole path of a file");
        }
        return new TokenUri(
                Long.parseLong(slot),
                object,
                Path.of(module),
                pin == null ? null : Path.of(pin.substring("file:".length())));
    }

    private static Map<String, String> fields(String text, String between, Set<String> names)
            throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String field : List.of(text.split(between, -1))) {
            int at = field.indexOf('=');
            String name = at < 0 ? field : field.substring(0, at);
            if (at < 0 || !names.contains(name) || fields.containsKey(name)) {
                throw wrong("\"" + name + "\" is not known, or stands twice");
            }
            fields.put(name, field.substring(at + 1));
        }
        return fields;
    }

    private static IOException wrong(String what) {
        return new IOException(
                "this is no PKCS#11 URI that is understood here: "
                        + what
                        + "; see src/docs/keys.md");
    }

    /// The PIN.
    ///
    /// @throws IOException if there is none
    char[] readPin() throws IOException {
        if (pin == null) {
            String value = System.getenv(PIN_VARIABLE);
            if (value == null || value.isEmpty()) {
                throw new IOException(
                        "the PIN of the token is missing: the environment has no " + PIN_VARIABLE);
            }
            return value.toCharArray();
        }
        List<String> lines = Files.isReadable(pin) ? Files.readAllLines(pin) : List.of();
        if (lines.isEmpty() || lines.getFirst().isBlank()) {
            throw new IOException("the PIN of the token is missing: there is none in " + pin);
        }
        return lines.getFirst().toCharArray();
    }

    /// A PIN and the token that is asked for it: the same one, whatever key, library or file the
    /// URI names, because the token counts them together.
    char[] tried(char[] pin) {
        char[] where = ("\n" + slot).toCharArray();
        char[] tried = Arrays.copyOf(pin, pin.length + where.length);
        System.arraycopy(where, 0, tried, pin.length, where.length);
        return tried;
    }

    /// How people name it.
    String words() {
        return "the token in slot " + slot + " (" + module + ")";
    }
}
