package org.postern.texts;

/// Text that comes in pieces, paid from the budget. For one thread.
final class Lines {
    private final StringBuilder text = new StringBuilder();
    private final Budget budget;

    Lines(Budget budget) {
        this.budget = budget;
    }

    void write(String piece) throws Budget.Spent {
        pay(piece.length());
        paid(piece);
    }

    /// Pays for what is going to be made, so that it is not made if there is no room for it.
    ///
    /// @param characters at most
    void pay(int characters) throws Budget.Spent {
        budget.write(characters);
    }

    /// @param piece paid for before
    void paid(String piece) {
        text.append(piece);
    }

    /// The end of a cell.
    void cell() throws Budget.Spent {
        write("\t");
    }

    /// The end of a paragraph or row.
    void line() throws Budget.Spent {
        write("\n");
    }

    /// All so far.
    CharSequence text() {
        return text;
    }
}
