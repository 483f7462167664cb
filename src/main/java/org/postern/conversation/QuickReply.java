package org.postern.conversation;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.postern.language.Texts;
import org.postern.page.Views.Next;

/// An answer of one tap. It is sent by a form and never by a link, so that no program that follows
/// links can answer for a patient.
public enum QuickReply {
    OK("ok", "quick.ok", "quick.ok.words"),
    CALL("call", "quick.call", "quick.call.words"),
    QUESTION("question", "quick.question", "quick.question.words");

    private final String word;
    private final String label;
    private final String words;

    QuickReply(String word, String label, String words) {
        this.word = word;
        this.label = label;
        this.words = words;
    }

    /// The answer of a form's or a link's word.
    public static Optional<QuickReply> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
    }

    /// What the clinician reads.
    public String words(Texts texts) {
        return texts.say(words);
    }

    static List<Next> all(Texts texts) {
        return Arrays.stream(values()).map(it -> new Next(it.word, texts.say(it.label))).toList();
    }
}
