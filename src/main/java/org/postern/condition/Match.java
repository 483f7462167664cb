package org.postern.condition;

/// What a condition says about one recipient of one message, and whether it rests on a doubt: on
/// something that could not be read and was therefore taken to be present.
public enum Match {
    YES(true, false),
    NO(false, false),
    /// True because the unreadable was taken to be there.
    DOUBTFUL_YES(true, true),
    /// False because the unreadable was taken to be there, under a `not`.
    DOUBTFUL_NO(false, true),
    /// Nobody could say it: not a yes, and never to be taken for a no.
    UNKNOWN(false, true);

    private final boolean matches;
    private final boolean doubtful;

    Match(boolean matches, boolean doubtful) {
        this.matches = matches;
        this.doubtful = doubtful;
    }

    static Match of(boolean matches) {
        return matches ? YES : NO;
    }

    public boolean matches() {
        return matches;
    }

    public boolean doubtful() {
        return doubtful;
    }

    Match not() {
        return switch (this) {
            case YES -> NO;
            case NO -> YES;
            case DOUBTFUL_YES -> DOUBTFUL_NO;
            case DOUBTFUL_NO -> DOUBTFUL_YES;
            case UNKNOWN -> UNKNOWN;
        };
    }

    /// A certain no settles it, whatever the doubt beside it is about.
    Match and(Match other) {
        if (this == NO || other == NO) {
            return NO;
        }
        if (this == UNKNOWN || other == UNKNOWN) {
            return UNKNOWN;
        }
        return of(matches && other.matches, doubtful || other.doubtful);
    }

    /// A certain yes settles it.
    Match or(Match other) {
        return not().and(other.not()).not();
    }

    private static Match of(boolean matches, boolean doubtful) {
        if (doubtful) {
            return matches ? DOUBTFUL_YES : DOUBTFUL_NO;
        }
        return of(matches);
    }
}
