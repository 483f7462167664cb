package org.postern.recognition;

import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What a patient types who taps no links in mail, or reads on another computer than the mail: 80
/// random bits in Crockford's base32, in which no two signs look alike.
public record TypedCode(String value) {
    private static final String SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 16;
    private static final int GROUP = 4;

    public TypedCode {
        if (value.length() != LENGTH || !value.chars().allMatch(sign -> SIGNS.indexOf(sign) >= 0)) {
            throw new IllegalArgumentException("not a code to be typed");
        }
    }

    /// @param random cryptographically strong
    public static TypedCode next(RandomGenerator random) {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            code.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
        return new TypedCode(code.toString());
    }

    /// Small letters, blanks and hyphens do not matter, and O, I and L are read as the digits that
    /// they look like. Copied text may hold blanks and signs that nobody sees.
    ///
    /// @return empty if it cannot be one
    public static Optional<TypedCode> parse(String typed) {
        String plain =
                typed.toUpperCase(Locale.ROOT)
                        .replaceAll("[\\s\\p{Z}\\p{Cf}\\p{Pd}.]", "")
                        .replace('O', '0')
                        .replaceAll("[IL]", "1");
        boolean right =
                plain.length() == LENGTH
                        && plain.chars().allMatch(sign -> SIGNS.indexOf(sign) >= 0);
        return right ? Optional.of(new TypedCode(plain)) : Optional.empty();
    }

    /// As it is printed: `K7QP-29FM-X4TD-8HWN`.
    public String shown() {
        StringBuilder shown = new StringBuilder();
        for (int at = 0; at < LENGTH; at += GROUP) {
            shown.append(at == 0 ? "" : "-").append(value, at, at + GROUP);
        }
        return shown.toString();
    }

    @Override
    public String toString() {
        return "TypedCode[hidden]";
    }
}
