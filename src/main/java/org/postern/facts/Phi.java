package org.postern.facts;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
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

        /// What one form comes to at most once RE2 has written its repetitions out.
        static final int STEPS_MAX = 100;

        /// The same of all forms together: each message is looked through by all of them at once.
        static final int STEPS_ALL_MAX = 300;

        private static final int DIGITS_MIN = 3;
        private static final int NAME_OCTETS = 8;

        private static final String OF_STEPS = " characters with its repetitions written out";

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
            Steps steps = new Steps(expression);
            return steps.fault().isPresent() || steps.count() <= STEPS_MAX
                    ? steps.fault()
                    : Optional.of("comes to more than " + STEPS_MAX + OF_STEPS);
        }

        /// What is wrong with forms together that have no [#fault] each; empty if nothing is.
        public static Optional<String> faultOfAll(List<String> expressions) {
            long all = expressions.stream().mapToLong(each -> new Steps(each).count()).sum();
            return all <= STEPS_ALL_MAX
                    ? Optional.empty()
                    : Optional.of("the forms come to more than " + STEPS_ALL_MAX + OF_STEPS);
        }

        /// A walk through an expression that counts each character, class and group of it as often
        /// as it is repeated at most.
        ///
        /// It takes the first `]` for the end of a class, so it may refuse an odd class, and never
        /// overlooks a repetition.
        private static final class Steps {
            private static final int COUNT_MAX = 1_000_000;

            private final String expression;
            private final Deque<Long> around = new ArrayDeque<>();
            private Optional<String> fault = Optional.empty();
            private long sum;
            private long last;

            Steps(String expression) {
                this.expression = expression;
                int at = 0;
                while (at < expression.length() && fault.isEmpty() && sum < COUNT_MAX) {
                    at = step(at);
                }
            }

            Optional<String> fault() {
                return fault;
            }

            long count() {
                return sum;
            }

            /// @return where the next one begins
            private int step(int at) {
                char c = expression.charAt(at);
                switch (c) {
                    case '\\' -> {
                        char escaped = expression.charAt(at + 1);
                        if ("QAz".indexOf(escaped) >= 0) {
                            fault = Optional.of("has \\" + escaped + ", which has no use");
                        }
                        add(1);
                        return at + 2;
                    }
                    case '[' -> {
                        add(1);
                        return behindClass(at + 1);
                    }
                    case '(' -> {
                        if (expression.startsWith("?P<", at + 1)
                                || expression.startsWith("?<", at + 1)) {
                            fault = Optional.of("names a group, which has no use; write (?:");
                        }
                        around.push(sum);
                        sum = 0;
                        return expression.startsWith("?:", at + 1) ? at + 3 : at + 1;
                    }
                    case ')' -> {
                        long within = sum;
                        sum = around.isEmpty() ? 0 : around.pop();
                        add(within);
                    }
                    case '*', '+' ->
                            fault = Optional.of("repeats something without an end, by " + c);
                    case '^', '$' ->
                            fault = Optional.of("has " + c + ", but the number stands amid a text");
                    case '{' -> {
                        String bounds = bounds(expression, at);
                        repeat(bounds);
                        return bounds.isEmpty() ? at + 1 : at + bounds.length() + 2;
                    }
                    case '?', '|' -> {
                        // Nothing more is to be looked for.
                    }
                    default -> add(1);
                }
                return at + 1;
            }

            private int behindClass(int from) {
                for (int at = from; at < expression.length(); at++) {
                    char c = expression.charAt(at);
                    if (c == ']') {
                        return at + 1;
                    }
                    if (c == '\\') {
                        at++;
                    }
                }
                return expression.length();
            }

            private void repeat(String bounds) {
                if (bounds.endsWith(",")) {
                    fault = Optional.of("repeats something without an end, by {" + bounds + "}");
                }
                long most = most(bounds);
                sum += last * (most - 1);
                last *= most;
            }

            private void add(long steps) {
                sum += steps;
                last = steps;
            }
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
