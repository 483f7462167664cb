package org.postern.page;

import java.util.List;
import java.util.Optional;
import org.postern.page.Views.Face;
import org.postern.page.Views.Hidden;
import org.postern.page.Views.Next;
import org.postern.page.Views.Question;
import org.postern.page.Views.Unsent;

/// What the templates of those pages show on which patients write first.
public final class StartViews {
    private StartViews() {}

    /// Whom a patient writes to.
    ///
    /// @param facts sentences such as when an answer comes
    /// @param away sentences, if nobody is there today
    /// @param cover path and words for whoever takes the place meanwhile
    public record Desk(Face face, List<String> facts, List<String> away, Optional<Next> cover) {
        public Desk {
            facts = List.copyOf(facts);
            away = List.copyOf(away);
        }
    }

    /// The page that asks for an address.
    ///
    /// @param action path of the form
    /// @param address what was typed
    /// @param alert why it was not taken
    /// @param known path for a reader who is in already
    public record Ask(
            Desk desk,
            String action,
            String address,
            Optional<String> alert,
            Optional<String> known) {}

    /// Why something was not sent.
    ///
    /// @param words a sentence or two
    /// @param aboutAnswer whether the answer to the question is why
    public record Alert(String words, boolean aboutAnswer) {}

    /// The page on which the message is written.
    ///
    /// @param action path of the form
    /// @param hidden what the form carries along
    /// @param sender the patient's address
    /// @param asksName whether to ask for a name
    /// @param question what may be asked so that the clinic knows who writes
    /// @param typed what was typed and could not be sent
    /// @param alert why
    /// @param back path of the conversation that she came from
    /// @param unsent about what was typed before; empty where nothing is kept
    public record Write(
            Desk desk,
            String action,
            List<Hidden> hidden,
            String sender,
            boolean asksName,
            Optional<Question> question,
            Typed typed,
            Optional<Alert> alert,
            Optional<String> back,
            Optional<Unsent> unsent) {
        public Write {
            hidden = List.copyOf(hidden);
        }

        /// Whether the answer is what is wrong, so that its field is marked.
        public boolean wrong() {
            return alert.map(Alert::aboutAnswer).orElse(false);
        }
    }

    /// The page that says that something was not sent, and gives it back.
    ///
    /// @param words sentences
    /// @param text what she wrote
    /// @param next a way on
    public record Kept(String heading, List<String> words, String text, Optional<Next> next) {
        public Kept {
            words = List.copyOf(words);
        }
    }

    /// @param name as she typed it
    /// @param text the message
    public record Typed(String name, String text) {
        public static final Typed NOTHING = new Typed("", "");
    }
}
