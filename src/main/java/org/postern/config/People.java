package org.postern.config;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
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

    /// One clinician, or a team with a mailbox of its own.
    ///
    /// @param title such as `Family physician`; null if there is none
    /// @param photo a small picture; null if there is none
    /// @param page where patients may write first; null where they may not
    /// @param away null for nobody who is away at any time
    public record Person(
            Address address,
            String name,
            @Nullable String title,
            @Nullable Photo photo,
            @Nullable Page page,
            @Nullable Absence away) {}

    /// A page on which patients begin a conversation.
    ///
    /// @param name the last part of its address, such as `anna-reyes`
    /// @param answerDays working days until an answer usually comes; 0 for the same day
    /// @param copies who gets what is written there besides
    public record Page(String name, int answerDays, List<Address> copies) {
        public Page {
            copies = List.copyOf(copies);
        }
    }

    /// From the first day to the last, both counted, in the clinic's time.
    ///
    /// @param cover who takes the place meanwhile, one of the people; null for nobody
    public record Absence(LocalDate from, LocalDate until, @Nullable Address cover) {}

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

    /// Whose page has a name; empty if none has.
    public Optional<Person> ofPage(String name) {
        return byKey.values().stream()
                .filter(person -> person.page() != null && person.page().name().equals(name))
                .findFirst();
    }
}
