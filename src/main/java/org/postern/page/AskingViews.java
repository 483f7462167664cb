package org.postern.page;

import java.util.Optional;

/// What templates show of what a patient asks the clinic for: a key of her own, ordinary mail.
public final class AskingViews {
    private AskingViews() {}

    /// @param token against forged forms
    /// @param since the day on which she asked; empty if she does not
    /// @param done what she did just now, a sentence
    /// @param alert why it was not taken
    /// @param back path of the conversation
    public record Wish(
            String token,
            Optional<String> since,
            Optional<String> done,
            Optional<String> alert,
            String back) {}

    /// How she is written to.
    ///
    /// @param token against forged forms
    /// @param since the day on which she chose ordinary mail; empty if she did not
    /// @param done what she did just now, a sentence
    /// @param alert why it was not taken
    /// @param back path of the conversation
    public record MailChoice(
            String token,
            Optional<String> since,
            Optional<String> done,
            Optional<String> alert,
            String back) {}
}
