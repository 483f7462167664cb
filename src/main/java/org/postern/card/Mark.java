package org.postern.card;

/// Something on a card. Lengths are points, of which 72 are an inch; y grows downwards.
sealed interface Mark {
    /// A filled rectangle.
    ///
    /// @param colour `#rrggbb`
    record Box(double x, double y, double width, double height, String colour) implements Mark {}

    /// One line of text around a middle.
    ///
    /// @param x the middle
    /// @param y the line on which the letters stand
    record Line(String text, double x, double y, Type type) implements Mark {}

    /// How letters look.
    ///
    /// @param size of the letters
    /// @param colour `#rrggbb`
    record Type(double size, boolean bold, String colour) {}
}
