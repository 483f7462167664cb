package org.postern.grammar;

import java.util.Optional;

/// Reads SELECT and EXAMINE with their parameters: RFC 4466 §2.1, RFC 7162 §7.
final class SelectParser {
    private final Words words;
    private boolean modseqs;
    private Optional<Command.Known> known = Optional.empty();

    private SelectParser(Words words) {
        this.words = words;
    }

    static Command read(Words words, boolean readOnly) throws MalformedException {
        words.space();
        String folder = words.folder();
        SelectParser parser = new SelectParser(words);
        if (words.take(' ')) {
            parser.parameters();
        }
        return new Command.Select(folder, readOnly, parser.modseqs, parser.known);
    }

    private void parameters() throws MalformedException {
        words.expect('(');
        do {
            switch (words.keyword()) {
                case "CONDSTORE" -> modseqs = true;
                case "QRESYNC" -> {
                    words.space();
                    known = Optional.of(known());
                }
                default -> throw new MalformedException("a parameter that SELECT does not know");
            }
        } while (words.take(' '));
        words.expect(')');
    }

    private Command.Known known() throws MalformedException {
        words.expect('(');
        long validity = words.positive();
        words.space();
        long modseq = words.modseq();
        Optional<SequenceSet> uids = Optional.empty();
        Optional<Command.Sample> sample = Optional.empty();
        boolean more = words.take(' ');
        if (more && words.peek() != '(') {
            uids = Optional.of(set());
            more = words.take(' ');
        }
        if (more) {
            words.expect('(');
            SequenceSet numbers = set();
            words.space();
            sample = Optional.of(new Command.Sample(numbers, set()));
            words.expect(')');
        }
        words.expect(')');
        return new Command.Known(validity, modseq, uids, sample);
    }

    /// RFC 7162 §7, `known-uids`: whoever knows them needs no `*`.
    private SequenceSet set() throws MalformedException {
        SequenceSet set = SequenceSet.read(words);
        if (set.namesLast() || set.isSaved()) {
            throw new MalformedException("'*' and '$' are no numbers that a client knows");
        }
        return set;
    }
}
