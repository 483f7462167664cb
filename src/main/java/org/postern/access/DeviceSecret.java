package org.postern.access;

import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a remembered device carries in its cookie: a stable name of 128 random bits and a secret of
/// 256 that changes with each session. Neither is stored or logged; `toString` hides both.
record DeviceSecret(String id, String secret) {
    private static final int ID_OCTETS = 16;
    private static final int SECRET_OCTETS = 32;

    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{43})");

    static Optional<DeviceSecret> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new DeviceSecret(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /// Of a device that was not known before.
    static DeviceSecret next(RandomGenerator random) {
        return new DeviceSecret(name(random, ID_OCTETS), name(random, SECRET_OCTETS));
    }

    /// The same device with another secret.
    DeviceSecret rotated(RandomGenerator random) {
        return new DeviceSecret(id, name(random, SECRET_OCTETS));
    }

    /// As a cookie's value.
    String value() {
        return id + "." + secret;
    }

    @Override
    public String toString() {
        return "DeviceSecret[hidden]";
    }

    private static String name(RandomGenerator random, int octets) {
        byte[] bytes = new byte[octets];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
