package org.postern.condition;

import java.util.Map;
import java.util.Optional;

/// What is asked of a number, such as `> 10`.
public record Comparison(Sign sign, long than) {
    private static final Map<String, Sign> SIGNS =
            Map.of(
                    ">", Sign.MORE,
                    ">=", Sign.AT_LEAST,
                    "<", Sign.LESS,
                    "<=", Sign.AT_MOST,
                    "=", Sign.EQUAL);

    /// How the two are compared.
    public enum Sign {
        MORE(">"),
        AT_LEAST(">="),
        LESS("<"),
        AT_MOST("<="),
        EQUAL("=");

        private final String text;

        Sign(String text) {
            this.text = text;
        }

        /// The sign that is written so.
        public static Optional<Sign> of(String text) {
            return Optional.ofNullable(SIGNS.get(text));
        }

        @Override
        public String toString() {
            return text;
        }
    }

    boolean holds(long value) {
        return switch (sign) {
            case MORE -> value > than;
            case AT_LEAST -> value >= than;
            case LESS -> value < than;
            case AT_MOST -> value <= than;
            case EQUAL -> value == than;
        };
    }

    String words() {
        return sign + " " + than;
    }

    /// With octets in words.
    String sizeWords() {
        return sign + " " + Words.size(than);
    }
}
