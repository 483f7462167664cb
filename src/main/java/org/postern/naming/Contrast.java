package org.postern.naming;

/// How well white text can be read on a colour (WCAG 2.2).
final class Contrast {
    /// Success criterion 1.4.3.
    static final double MIN = 4.5;

    private Contrast() {}

    /// @param colour `#rrggbb`
    static double withWhite(String colour) {
        return 1.05 / (luminance(colour) + 0.05);
    }

    /// Relative luminance.
    private static double luminance(String colour) {
        return 0.2126 * linear(colour, 1) + 0.7152 * linear(colour, 3) + 0.0722 * linear(colour, 5);
    }

    private static double linear(String colour, int from) {
        double c = Integer.parseInt(colour, from, from + 2, 16) / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
}
