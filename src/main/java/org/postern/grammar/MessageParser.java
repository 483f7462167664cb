package org.postern.grammar;

import java.util.List;
import java.util.OptionalLong;
import org.postern.grammar.Command.Change;

/// Reads the commands about messages of the selected folder: RFC 3501 §6.4, RFC 4466, RFC 7162.
final class MessageParser {
    private final Words words;
    private final boolean uid;

    private MessageParser(Words words, boolean uid) {
        this.words = words;
        this.uid = uid;
    }

    /// What stands behind UID.
    static Command byUid(Words words) throws MalformedException {
        words.space();
        String verb = words.keyword();
        if (verb.equals("EXPUNGE")) {
            words.space();
            return new Command.ExpungeThese(SequenceSet.read(words));
        }
        return read(words, verb, true);
    }

    static Command read(Words words, String verb, boolean uid) throws MalformedException {
        if (List.of("SEARCH", "SORT", "THREAD").contains(verb)) {
            return SearchParser.read(words, verb, uid);
        }
        if (!List.of("FETCH", "STORE", "COPY", "MOVE").contains(verb)) {
            return new Command.Bad("this command is not known here", false);
        }
        words.space();
        SequenceSet set = SequenceSet.read(words);
        words.space();
        MessageParser parser = new MessageParser(words, uid);
        return switch (verb) {
            case "FETCH" -> parser.fetch(set);
            case "STORE" -> parser.store(set);
            default -> {
                String folder = words.folder();
                yield new Command.Copy(uid, set, folder, verb.equals("MOVE"));
            }
        };
    }

    private Command fetch(SequenceSet set) throws MalformedException {
        List<FetchItem> items = FetchParser.read(words);
        OptionalLong since = OptionalLong.empty();
        boolean vanished = false;
        if (words.take(' ')) {
            words.expect('(');
            do {
                switch (words.keyword()) {
                    case "CHANGEDSINCE" -> {
                        words.space();
                        since = OptionalLong.of(words.modseq());
                    }
                    case "VANISHED" -> vanished = true;
                    default -> throw new MalformedException("a modifier that FETCH does not know");
                }
            } while (words.take(' '));
            words.expect(')');
        }
        if (vanished && !(uid && since.isPresent())) {
            throw new MalformedException("VANISHED needs UID FETCH and CHANGEDSINCE");
        }
        return new Command.Fetch(uid, set, items, since, vanished);
    }

    private Command store(SequenceSet set) throws MalformedException {
        OptionalLong unchangedSince = OptionalLong.empty();
        if (words.take('(')) {
            if (!words.keyword().equals("UNCHANGEDSINCE")) {
                throw new MalformedException("a modifier that STORE does not know");
            }
            words.space();
            unchangedSince = OptionalLong.of(words.modseqOrZero());
            words.expect(')');
            words.space();
        }
        Change change =
                words.take('+') ? Change.ADD : words.take('-') ? Change.REMOVE : Change.REPLACE;
        String item = words.keyword();
        boolean silent = item.equals("FLAGS.SILENT");
        if (!silent && !item.equals("FLAGS")) {
            throw new MalformedException("STORE changes FLAGS, and nothing else");
        }
        words.space();
        List<String> flags = CommandParser.flags(words);
        return new Command.Store(uid, set, change, silent, flags, unchangedSince);
    }
}
