package org.postern.page;

import java.util.Locale;

/// The clinic's colour, made readable: every pair of letters and ground has a contrast of at least
/// 4.5 to 1 in both themes (WCAG 2.2, 1.4.3), whatever colour the clinic has chosen.
public final class Palette {
    private static final double CONTRAST_MIN = 4.5;
    private static final int STEPS = 50;

    /// The grounds on which the colour stands; the same values are in `page.css`.
    private static final Rgb LIGHT_CARD = Rgb.of("#ffffff");

    private static final Rgb LIGHT_GROUND = Rgb.of("#f3f5f6");
    private static final Rgb DARK_CARD = Rgb.of("#1d2428");
    private static final Rgb LIGHT_INK = Rgb.of("#1b2226");
    private static final Rgb DARK_INK = Rgb.of("#e9eef1");
    private static final Rgb WHITE = Rgb.of("#ffffff");
    private static final Rgb BLACK = Rgb.of("#000000");

    private final Rgb colour;

    /// @param colour `#rrggbb`
    public Palette(String colour) {
        this.colour = Rgb.of(colour);
    }

    /// Custom properties for both themes, the beginning of the style sheet.
    public String css() {
        Rgb onLight = until(colour, BLACK, LIGHT_GROUND);
        Rgb onDark = until(colour, WHITE, DARK_CARD);
        Rgb mineLight = readable(colour.mix(LIGHT_CARD, 0.86), LIGHT_CARD, LIGHT_INK);
        Rgb mineDark = readable(colour.mix(DARK_CARD, 0.62), DARK_CARD, DARK_INK);
        return ":root{--accent:%s;--on-accent:%s;--mine:%s}"
                        .formatted(onLight, letters(onLight), mineLight)
                + "@media (prefers-color-scheme:dark){:root{--accent:%s;--on-accent:%s;--mine:%s}}"
                        .formatted(onDark, letters(onDark), mineDark)
                + "\n";
    }

    /// The colour, dark enough for white letters: for mail, whose button has only one theme.
    public String button() {
        return until(colour, BLACK, WHITE).toString();
    }

    private static Rgb letters(Rgb ground) {
        return contrast(WHITE, ground) >= CONTRAST_MIN ? WHITE : BLACK;
    }

    /// Goes from a colour towards another until letters of it can be read on the ground.
    private static Rgb until(Rgb from, Rgb towards, Rgb ground) {
        return step(from, towards, ground);
    }

    /// Goes from a ground towards the plain one until the ink can be read on it.
    private static Rgb readable(Rgb ground, Rgb plain, Rgb ink) {
        return step(ground, plain, ink);
    }

    private static Rgb step(Rgb from, Rgb towards, Rgb against) {
        for (int i = 0; i < STEPS; i++) {
            Rgb tried = from.mix(towards, (double) i / STEPS);
            if (contrast(tried, against) >= CONTRAST_MIN) {
                return tried;
            }
        }
        return towards;
    }

    /// WCAG 2.2, "contrast ratio".
    static double contrast(Rgb a, Rgb b) {
        double lighter = Math.max(a.luminance(), b.luminance());
        double darker = Math.min(a.luminance(), b.luminance());
        return (lighter + 0.05) / (darker + 0.05);
    }

    record Rgb(int red, int green, int blue) {
        static Rgb of(String hex) {
            if (!hex.matches("#[0-9a-fA-F]{6}")) {
                throw new IllegalArgumentException("a colour must be like #0a5c8f");
            }
            int value = Integer.parseInt(hex.substring(1), 16);
            return new Rgb(value >> 16, (value >> 8) & 0xFF, value & 0xFF);
        }

        /// @param share of the other colour, 0 to 1
        Rgb mix(Rgb other, double share) {
            return new Rgb(
                    between(red, other.red, share),
                    between(green, other.green, share),
                    between(blue, other.blue, share));
        }

        private static int between(int from, int to, double share) {
            return (int) Math.round(from + (to - from) * share);
        }

        /// WCAG 2.2, "relative luminance".
        double luminance() {
            return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
        }

        private static double linear(int channel) {
            double c = channel / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "#%02x%02x%02x", red, green, blue);
        }
    }
}
