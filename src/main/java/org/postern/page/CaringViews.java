package org.postern.page;

import java.util.List;
import java.util.Optional;
import org.postern.page.Views.Face;

/// What the templates show of those who read along for a patient.
public final class CaringViews {
    private CaringViews() {}

    /// The page that asks a caregiver for her code.
    ///
    /// @param token of her link
    /// @param alert why the last code was not taken
    public record Door(Face face, String token, Optional<String> alert) {}

    /// The patient's page with those who read along.
    ///
    /// @param token against forged forms
    /// @param told the code that she has to tell somebody, just now and never again
    /// @param typed what could not be taken
    /// @param alert why
    /// @param sensitive whether she showed enough to let somebody read what is sensitive
    /// @param back path of the conversation
    public record Desk(
            List<Person> people,
            String token,
            Optional<Told> told,
            Typed typed,
            Optional<String> alert,
            boolean sensitive,
            String back) {
        public Desk {
            people = List.copyOf(people);
        }
    }

    /// @param address names her in a form
    /// @param until a sentence
    public record Person(String address, String name, String until, boolean sensitive) {}

    /// @param code as it is read out
    public record Told(String name, String code) {}

    /// What was typed.
    public record Typed(String name, String address) {
        public static final Typed NOTHING = new Typed("", "");
    }
}
