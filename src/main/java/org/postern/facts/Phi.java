package org.postern.facts;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What was found in a message that makes it health information about somebody. Values are never
/// kept, only how many different ones there were.
///
/// @param score how certain it is, by the findings and by how the text reads: 8 is where rules are
///   advised to begin, and each point more is a quarter of a unit of the logarithm of the odds, up
///   to 30; of a text that is not judged, and where a number of a patient stands beside a clear
///   fact, the weights of all different findings if these are more; 0 where there is nothing
/// @param patients how many different patients are named at least: of the kind of clear identifier
///   with the most different values
/// @param counts different values of each kind that was found
/// @param inspected false if not all of the message's text was seen
/// @param likeness where the text reads like one person's health; empty where it does not
public record Phi(
        int score,
        int patients,
        Map<PhiKind, Integer> counts,
        boolean inspected,
        Optional<Lines> likeness) {
    /// Of a message of which nobody asked.
    public static final Phi UNSEEN = new Phi(0, 0, Map.of(), false);

    public Phi {
        counts = Map.copyOf(counts);
    }

    public Phi(int score, int patients, Map<PhiKind, Integer> counts, boolean inspected) {
        this(score, patients, counts, inspected, Optional.empty());
    }

    /// Whether a value of this kind was found.
    public boolean has(PhiKind kind) {
        return counts.containsKey(kind);
    }

    /// The forms of the clinic's own medical record numbers, as expressions of RE2, in any case.
    ///
    /// None repeats anything without an end, so the time to look for them grows with the text and
    /// with nothing else. What they find counts where no letter and no digit stands directly before
    /// or behind it, and where it has at least three digits. Does not change; for many threads.
    public static final class RecordForms {
        /// A clinic that knows its record numbers by the word before them alone.
        public static final RecordForms NONE = new RecordForms(List.of());

        /// More forms are refused.
        public static final int FORMS_MAX = 10;

        /// A longer form is refused.
        public static final int CHARACTERS_MAX = 100;

        /// What the repetitions of one form multiply to at most: RE2 writes each of them out.
        private static final int STEPS_MAX = 1_000;

        private static final int DIGITS_MIN = 3;
        private static final int NAME_OCTETS = 8;

        /// `{7}`, `{6,8}` or `{6,}`, without the braces.
        private static final Pattern BOUNDS = Pattern.compile("[0-9]{1,4}(?:,[0-9]{0,4})?");

        private final List<String> expressions;
        private final Optional<Pattern> any;

        /// @param expressions each without a [#fault]
        public RecordForms(List<String> expressions) {
            this.expressions = List.copyOf(expressions);
            this.any =
                    expressions.isEmpty() ? Optional.empty() : Optional.of(alone(this.expressions));
        }

        private static Pattern alone(List<String> expressions) {
            String any =
                    expressions.stream()
                            .map(each -> "(?:" + each + ")")
                            .collect(Collectors.joining("|"));
            return Pattern.compile(
                    "(?:^|[^\\p{L}\\p{N}])(" + any + ")(?:[^\\p{L}\\p{N}]|$)",
                    Pattern.CASE_INSENSITIVE);
        }

        /// What is wrong with an expression, for people; empty if nothing is.
        public static Optional<String> fault(String expression) {
            if (expression.length() > CHARACTERS_MAX) {
                return Optional.of("is longer than " + CHARACTERS_MAX + " characters");
            }
            try {
                if (Pattern.compile(expression).matcher("").matches()) {
                    return Optional.of("matches where nothing stands");
                }
            } catch (PatternSyntaxException e) {
                return Optional.of("cannot be read: " + e.getDescription());
            }
            return unbounded(expression);
        }

        /// It takes the first `]` for the end of a class, so it may refuse an odd class, and never
        /// overlooks a repetition.
        private static Optional<String> unbounded(String expression) {
            long steps = 1;
            boolean inClass = false;
            for (int i = 0; i < expression.length(); i++) {
                char c = expression.charAt(i);
                if (c == '\\') {
                    i++;
                    if ("QAz".indexOf(expression.charAt(i)) >= 0) {
                        return Optional.of("has \\" + expression.charAt(i) + ", which has no use");
                    }
                } else if (inClass) {
                    inClass = c != ']';
                } else if (c == '[') {
                    inClass = true;
                } else if (c == '*' || c == '+') {
                    return Optional.of("repeats something without an end, by " + c);
                } else if (c == '^' || c == '$') {
                    return Optional.of("has " + c + ", but the number stands amid a text");
                } else if (c == '{') {
                    String bounds = bounds(expression, i);
                    if (bounds.endsWith(",")) {
                        return Optional.of("repeats something without an end, by {" + bounds + "}");
                    }
                    steps *= most(bounds);
                }
                if (steps > STEPS_MAX) {
                    return Optional.of("repeats more than " + STEPS_MAX + " times in all");
                }
            }
            return Optional.empty();
        }

        /// What stands within the braces, if it is a repetition; nothing otherwise.
        private static String bounds(String expression, int open) {
            int close = expression.indexOf('}', open);
            String within = close < 0 ? "" : expression.substring(open + 1, close);
            return BOUNDS.matcher(within).matches() ? within : "";
        }

        private static long most(String bounds) {
            String last = bounds.substring(bounds.indexOf(',') + 1);
            return last.isEmpty() ? 1 : Math.max(1, Long.parseLong(last));
        }

        /// The expressions, as the clinic wrote them.
        public List<String> expressions() {
            return expressions;
        }

        /// A name of these forms together, the same for the same ones; empty for none.
        public String name() {
            if (expressions.isEmpty()) {
                return "";
            }
            try {
                byte[] words = String.join("\n", expressions).getBytes(StandardCharsets.UTF_8);
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(words);
                return HexFormat.of().formatHex(hash, 0, NAME_OCTETS);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        /// Looks for numbers of these forms.
        ///
        /// @param found told each, as the detectors write it as well: the digits alone where no
        ///   letter stands beside one of them, and without dashes and blanks otherwise
        public void in(CharSequence text, Consumer<String> found) {
            if (any.isEmpty()) {
                return;
            }
            Matcher matcher = any.get().matcher(text);
            int at = 0;
            while (at <= text.length() && matcher.find(at)) {
                String number = matcher.group(1);
                if (digits(number).length() >= DIGITS_MIN) {
                    found.accept(bare(number));
                }
                at = Math.max(at + 1, matcher.end(1));
            }
        }

        private static String bare(String number) {
            for (int i = 1; i < number.length(); i++) {
                char one = number.charAt(i - 1);
                char other = number.charAt(i);
                if ((isDigit(one) && Character.isLetter(other))
                        || (Character.isLetter(one) && isDigit(other))) {
                    return number.replace("-", "").replace(" ", "");
                }
            }
            return digits(number);
        }

        private static String digits(String text) {
            StringBuilder digits = new StringBuilder();
            text.chars().filter(c -> isDigit((char) c)).forEach(c -> digits.append((char) c));
            return digits.toString();
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof RecordForms forms && expressions.equals(forms.expressions);
        }

        @Override
        public int hashCode() {
            return expressions.hashCode();
        }
    }
}
