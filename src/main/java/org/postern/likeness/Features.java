package org.postern.likeness;

/// Takes what a [Reading] finds in one window of a text after the other.
public interface Features {
    /// A feature, at least once in this window.
    ///
    /// @param feature of [Reading#FEATURE_BITS] bits
    /// @param tenths how much it counts
    void found(int feature, int tenths);

    /// A line ends.
    ///
    /// @param text the number of the text, 0 for the subject
    /// @param line its number in the text, from 1
    void line(int text, int line);

    /// The window ends.
    void window();

    /// More follows that is not read.
    void more();
}
