package org.postern.page;

import java.util.List;
import java.util.Optional;
import org.postern.reader.SafeHtml;

/// What the templates show, ready for showing: no template decides anything.
public final class Views {
    private Views() {}

    /// A face and a name.
    ///
    /// @param photo path of the picture
    public record Face(String name, String title, Optional<String> photo, String initials) {}

    /// The page behind a link, before the check.
    ///
    /// @param token of the link
    /// @param question what is asked
    /// @param alert why the last answer was not taken
    /// @param told good news, such as that a code was sent
    public record Door(
            Face face,
            String token,
            Question question,
            Optional<String> alert,
            Optional<String> told) {}

    /// What a page asks.
    public enum Question {
        BIRTH_DATE,
        PIN,
        /// A code that was mailed.
        CODE,
        /// Whether a code shall be mailed.
        ASK_FOR_CODE
    }

    /// A page with a few words and perhaps a way on.
    ///
    /// @param fresh whether to show the form that asks for a fresh link
    /// @param next a path and its words
    public record Note(String heading, List<String> words, boolean fresh, Optional<Next> next) {
        public Note {
            words = List.copyOf(words);
        }

        public static Note of(String heading, String... words) {
            return new Note(heading, List.of(words), false, Optional.empty());
        }

        public Note withFresh() {
            return new Note(heading, words, true, next);
        }

        public Note withNext(String path, String label) {
            return new Note(heading, words, fresh, Optional.of(new Next(path, label)));
        }
    }

    public record Next(String path, String label) {}

    /// The page that asks whether "this is not me" is meant.
    public record NotMe(String token) {}

    /// One conversation.
    ///
    /// @param messages oldest first
    /// @param earlier how many older messages are not shown
    /// @param sent when the reply just written was taken over
    public record Conversation(
            String path,
            Face face,
            List<Message> messages,
            int earlier,
            Optional<String> sent,
            Reply reply) {
        public Conversation {
            messages = List.copyOf(messages);
        }
    }

    /// One message as a bubble.
    ///
    /// @param key names the message; its anchor
    /// @param mine whether the patient wrote it
    /// @param when for people
    /// @param instant for programs, ISO 8601
    /// @param look path of the original look, if there is one
    /// @param notice a sentence in place of what cannot be shown
    public record Message(
            String key,
            boolean mine,
            String when,
            String instant,
            SafeHtml body,
            List<File> files,
            Optional<String> look,
            Optional<String> notice) {
        public Message {
            files = List.copyOf(files);
        }
    }

    /// An attachment.
    ///
    /// @param view path that shows it in the browser, for types that may be shown
    public record File(String name, String size, String path, Optional<String> view) {}

    /// The form for an answer.
    ///
    /// @param token against forged forms, bound to the session
    /// @param once names this one writing, so that sending twice is noticed
    /// @param text what was typed and could not be sent
    /// @param alert why
    public record Reply(String token, String once, String text, Optional<String> alert) {}

    /// A message in its original look, in a frame.
    ///
    /// @param source path of the framed document
    /// @param back path of the conversation
    public record Look(String source, String back) {}
}
