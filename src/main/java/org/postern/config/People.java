package org.postern.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;

/// The clinicians as their patients know them.
public final class People {
    /// A photo travels in every notice, which stays below 20 kB.
    public static final int PHOTO_OCTETS_MAX = 9 * 1024;

    private final Map<String, Person> byKey;

    People(Map<String, Person> byKey) {
        this.byKey = Map.copyOf(byKey);
    }

    /// One clinician.
    ///
    /// @param title such as `Family physician`; null if there is none
    /// @param photo a small picture; null if there is none
    public record Person(
            Address address, String name, @Nullable String title, @Nullable Photo photo) {}

    /// A picture in PNG form, at most [#PHOTO_OCTETS_MAX] octets.
    public static final class Photo {
        private final byte[] png;

        Photo(byte[] png) {
            this.png = png;
        }

        /// A copy of the picture's octets.
        public byte[] png() {
            return png.clone();
        }
    }

    /// Whom an address belongs to; empty if nobody is listed under it.
    public Optional<Person> of(Address address) {
        return Optional.ofNullable(byKey.get(address.key()));
    }

    /// All who are listed.
    public Collection<Person> all() {
        return byKey.values();
    }
}
