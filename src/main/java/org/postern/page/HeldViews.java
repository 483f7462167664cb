package org.postern.page;

import java.util.List;
import java.util.Optional;
import org.postern.page.Views.File;
import org.postern.reader.SafeHtml;

/// What the templates of those pages show on which people decide about held mail.
public final class HeldViews {
    private HeldViews() {}

    /// The page that asks for address and password.
    ///
    /// @param to what is wanted behind it: a queue id, or empty for the list
    /// @param address what was typed
    /// @param alert why it was not taken
    public record SignIn(String to, String address, Optional<String> alert) {}

    /// What waits for somebody.
    ///
    /// @param choice which messages are meant; empty where there is nothing to choose
    /// @param me her address
    public record Waiting(List<Row> rows, Pager pager, Optional<Choice> choice, String me) {
        public Waiting {
            rows = List.copyOf(rows);
        }
    }

    /// Where in a long list a page stands.
    ///
    /// @param position a sentence with the number of all; empty where there is nothing
    /// @param previous path of the page before, if there is one, as `next` of the one behind
    public record Pager(String position, Optional<String> previous, Optional<String> next) {}

    /// Which messages are meant.
    ///
    /// @param from what was typed
    /// @param made whether anything was chosen
    public record Choice(List<Select> selects, String from, boolean made) {
        public Choice {
            selects = List.copyOf(selects);
        }
    }

    /// One thing in which messages differ.
    ///
    /// @param name as the form carries it
    /// @param any what stands for all of them
    public record Select(String name, String label, String any, List<Option> options) {
        public Select {
            options = List.copyOf(options);
        }
    }

    /// Something to choose.
    ///
    /// @param code as a form carries it
    public record Option(String code, String words, boolean chosen) {}

    /// One message of the list; nothing of its content.
    ///
    /// @param facts sentences
    public record Row(String path, String from, String reason, List<String> facts) {
        public Row {
            facts = List.copyOf(facts);
        }
    }

    /// A label and what belongs to it.
    public record Fact(String label, String value) {}

    /// One message that waits.
    ///
    /// @param facts who wrote to whom, why it waits
    /// @param subject may be empty
    /// @param notice a sentence in place of what cannot be shown
    /// @param look path of the original look, if there is one
    public record Letter(
            List<Fact> facts,
            String subject,
            SafeHtml words,
            Optional<String> notice,
            List<File> files,
            Optional<String> look,
            Decide decide) {
        public Letter {
            facts = List.copyOf(facts);
            files = List.copyOf(files);
        }
    }

    /// The forms below it.
    ///
    /// @param path of the message, and of its forms
    /// @param token against forged forms
    /// @param review which hold is decided about
    /// @param facts what a decision means here: what happens by itself, who agreed already
    /// @param mayDecide false for whoever wrote it, where two others decide
    /// @param reason what was typed and could not be taken
    /// @param alert why
    /// @param me the address of whoever decides
    public record Decide(
            String path,
            String token,
            String review,
            List<String> facts,
            boolean mayDecide,
            String reason,
            Optional<String> alert,
            String me) {
        public Decide {
            facts = List.copyOf(facts);
        }
    }
}
