package org.postern.condition;

import com.google.re2j.Pattern;
import org.postern.facts.Facts;

/// What is asked of a text. Case and surrounding blanks do not count.
public sealed interface TextTest {
    boolean passes(String value);

    /// As an explanation says it, such as `contains "lab"`.
    String words();

    /// The answer for a text of which perhaps not all could be read. What was read and holds the
    /// words asked for is a yes; all else about it is in doubt, since an expression may also ask
    /// for what is not there.
    static Match asked(TextTest test, String value, boolean readable) {
        boolean passes = test.passes(value);
        if (readable) {
            return Match.of(passes);
        }
        return switch (test) {
            case Present _, Contains _ -> passes ? Match.YES : Match.DOUBTFUL_YES;
            case Is _, Matches _ -> Match.DOUBTFUL_YES;
        };
    }

    /// The text is there, whatever it says.
    record Present() implements TextTest {
        @Override
        public boolean passes(String value) {
            return true;
        }

        @Override
        public String words() {
            return "is present";
        }
    }

    /// It is this text.
    record Is(String text) implements TextTest {
        public Is {
            text = Facts.fold(text);
        }

        @Override
        public boolean passes(String value) {
            return Facts.fold(value).equals(text);
        }

        @Override
        public String words() {
            return "is \"" + text + "\"";
        }
    }

    /// It holds this text.
    record Contains(String text) implements TextTest {
        public Contains {
            text = Facts.fold(text);
        }

        @Override
        public boolean passes(String value) {
            return Facts.fold(value).contains(text);
        }

        @Override
        public String words() {
            return "contains \"" + text + "\"";
        }
    }

    /// A part of it has this form: a regular expression of RE2, whose time grows with the text and
    /// with nothing else.
    record Matches(Pattern pattern) implements TextTest {
        /// An expression longer than this is refused.
        public static final int CHARACTERS_MAX = 500;

        /// @throws com.google.re2j.PatternSyntaxException if it is none
        public static Matches of(String expression) {
            return new Matches(
                    Pattern.compile(expression, Pattern.CASE_INSENSITIVE | Pattern.DOTALL));
        }

        @Override
        public boolean passes(String value) {
            return pattern.matcher(value).find();
        }

        @Override
        public String words() {
            return "matches \"" + pattern.pattern() + "\"";
        }
    }
}
