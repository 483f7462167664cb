package org.postern.grammar;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postern.grammar.SearchKey.Clock;
import org.postern.grammar.SearchKey.Relation;

/// Reads SEARCH, SORT and THREAD: RFC 3501 §9, `search-key`, RFC 4731, RFC 5256 §5. Nesting is
/// bounded, and so is what a search may cost for each message.
final class SearchParser {
    /// Keys inside one another.
    private static final int NESTING_MAX = 50;

    /// Keys in one search.
    private static final int KEYS_MAX = 1_000;

    /// Sets of numbers in one search: each costs as much as it has ranges.
    private static final int SETS_MAX = 100;

    /// What is looked for in bodies, at a time: each goes through the whole of every message.
    private static final int TEXTS_MAX = 20;

    /// Octets that are looked for in a body, and in a header field. Looking for a long text in a
    /// text that nearly holds it costs as much as both multiplied.
    private static final int TEXT_OCTETS_MAX = 250;

    private static final int FIELD_OCTETS_MAX = 1_000;

    /// Things to sort by.
    private static final int SORT_KEYS_MAX = 20;

    private static final List<String> MONTHS =
            List.of(
                    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV",
                    "DEC");

    private final Words words;
    private int keys = 1;
    private int sets;
    private int texts;
    private boolean modseqs;
    private boolean numbers;

    private SearchParser(Words words) {
        this.words = words;
    }

    static Command read(Words words, String verb, boolean uid) throws MalformedException {
        SearchParser parser = new SearchParser(words);
        words.space();
        switch (verb) {
            case "SORT" -> {
                List<Command.SortKey> keys = parser.sortKeys();
                words.space();
                return new Command.Sort(uid, keys, parser.criteria());
            }
            case "THREAD" -> {
                if (!words.keyword().equals("REFERENCES")) {
                    throw new MalformedException("THREAD knows REFERENCES, and nothing else");
                }
                words.space();
                return new Command.Thread(uid, parser.criteria());
            }
            default -> {
                return parser.search(uid);
            }
        }
    }

    private Command.Search search(boolean uid) throws MalformedException {
        Set<Command.Result> results = Set.of();
        String first = isWord() ? words.keyword() : "";
        if (first.equals("RETURN")) {
            words.space();
            results = results();
            words.space();
            first = isWord() ? words.keyword() : "";
        }
        boolean charset = first.equals("CHARSET");
        Command.Sought sought = charset ? afterCharset() : keys(first);
        return new Command.Search(uid, sought, results, charset);
    }

    private Command.Sought afterCharset() throws MalformedException {
        words.space();
        return criteria();
    }

    /// RFC 4731 §3.1: without a word, all are told.
    private Set<Command.Result> results() throws MalformedException {
        words.expect('(');
        Set<Command.Result> results = EnumSet.noneOf(Command.Result.class);
        while (!words.take(')')) {
            results.add(one(Command.Result.class, words.keyword()));
            if (words.peek() != ')') {
                words.space();
            }
        }
        return results.isEmpty() ? Set.of(Command.Result.ALL) : results;
    }

    private List<Command.SortKey> sortKeys() throws MalformedException {
        words.expect('(');
        List<Command.SortKey> all = new ArrayList<>();
        do {
            String word = words.keyword();
            boolean reverse = word.equals("REVERSE");
            if (reverse) {
                words.space();
                word = words.keyword();
            }
            all.add(new Command.SortKey(one(Command.By.class, word), reverse));
            if (all.size() > SORT_KEYS_MAX) {
                throw new MalformedException("more than 20 keys to sort by");
            }
        } while (words.take(' '));
        words.expect(')');
        return all;
    }

    private static <E extends Enum<E>> E one(Class<E> type, String word) throws MalformedException {
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(word)) {
                return each;
            }
        }
        throw new MalformedException("an option that is not known here");
    }

    /// A charset, and keys in it.
    private Command.Sought criteria() throws MalformedException {
        String named = words.astring().toUpperCase(Locale.ROOT);
        if (!named.equals("UTF-8") && !named.equals("US-ASCII")) {
            words.skip();
            return new Command.Sought.UnknownCharset();
        }
        words.space();
        return keys("");
    }

    /// @param first the word of the first key, if it was read already
    private Command.Sought keys(String first) throws MalformedException {
        List<SearchKey> all = new ArrayList<>();
        all.add(first.isEmpty() ? key(0) : named(first, 0));
        while (words.take(' ')) {
            all.add(key(0));
        }
        return new Command.Sought.Keys(new SearchKey.And(all), modseqs, numbers);
    }

    private boolean isWord() {
        return Character.isLetter(words.peek());
    }

    private SearchKey key(int depth) throws MalformedException {
        if (depth > NESTING_MAX || ++keys > KEYS_MAX) {
            throw new MalformedException("more than 1000 keys, or more than 50 in one another");
        }
        if (words.take('(')) {
            List<SearchKey> all = new ArrayList<>();
            do {
                all.add(key(depth + 1));
            } while (words.take(' '));
            words.expect(')');
            return new SearchKey.And(all);
        }
        return isWord() ? named(words.keyword(), depth) : numbers(false);
    }

    private SearchKey named(String name, int depth) throws MalformedException {
        return switch (name) {
            // RFC 8514 §4.3: every folder keeps these dates.
            case "ALL", "SAVEDATESUPPORTED" -> new SearchKey.And(List.of());
            case "NOT" -> {
                words.space();
                yield new SearchKey.Not(key(depth + 1));
            }
            case "OR" -> {
                words.space();
                SearchKey one = key(depth + 1);
                words.space();
                yield new SearchKey.Or(one, key(depth + 1));
            }
            case "UID" -> {
                words.space();
                yield numbers(true);
            }
            case "ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN" -> flag(name);
            case "UNANSWERED", "UNDELETED", "UNDRAFT", "UNFLAGGED", "UNSEEN" ->
                    new SearchKey.Not(flag(name.substring(2)));
            case "KEYWORD", "UNKEYWORD" -> {
                words.space();
                SearchKey keyword = new SearchKey.Flag(words.atom());
                yield name.equals("KEYWORD") ? keyword : new SearchKey.Not(keyword);
            }
            case "RECENT" -> new SearchKey.Recent();
            case "OLD" -> new SearchKey.Not(new SearchKey.Recent());
            case "NEW" ->
                    new SearchKey.And(
                            List.of(new SearchKey.Recent(), new SearchKey.Not(flag("SEEN"))));
            default -> withArgument(name);
        };
    }

    private SearchKey numbers(boolean uids) throws MalformedException {
        if (++sets > SETS_MAX) {
            throw new MalformedException("more than 100 sets of numbers");
        }
        SequenceSet set = SequenceSet.read(words);
        numbers |= !uids && !set.isSaved();
        return new SearchKey.Numbers(uids, set);
    }

    private static SearchKey flag(String name) {
        return new SearchKey.Flag("\\" + name);
    }

    private SearchKey withArgument(String name) throws MalformedException {
        return switch (name) {
            case "BEFORE" -> day(Clock.ARRIVED, Relation.BEFORE);
            case "ON" -> day(Clock.ARRIVED, Relation.ON);
            case "SINCE" -> day(Clock.ARRIVED, Relation.SINCE);
            case "SAVEDBEFORE" -> day(Clock.SAVED, Relation.BEFORE);
            case "SAVEDON" -> day(Clock.SAVED, Relation.ON);
            case "SAVEDSINCE" -> day(Clock.SAVED, Relation.SINCE);
            case "SENTBEFORE" -> day(Clock.SENT, Relation.BEFORE);
            case "SENTON" -> day(Clock.SENT, Relation.ON);
            case "SENTSINCE" -> day(Clock.SENT, Relation.SINCE);
            case "OLDER", "YOUNGER" -> {
                words.space();
                yield new SearchKey.Age(name.equals("OLDER"), words.positive());
            }
            case "LARGER", "SMALLER" -> {
                words.space();
                yield new SearchKey.Size(name.equals("LARGER"), words.number64());
            }
            case "BCC", "CC", "FROM", "SUBJECT", "TO" ->
                    new SearchKey.Header(name, text(FIELD_OCTETS_MAX));
            case "HEADER" -> {
                words.space();
                String field = words.astring();
                yield new SearchKey.Header(field, text(FIELD_OCTETS_MAX));
            }
            case "EMAILID", "THREADID" -> {
                words.space();
                yield new SearchKey.ObjectId(name.equals("THREADID"), words.atom());
            }
            case "MODSEQ" -> modseq();
            case "BODY" -> body(false);
            case "TEXT" -> body(true);
            default -> throw new MalformedException("a key that SEARCH does not know");
        };
    }

    private SearchKey day(Clock clock, Relation relation) throws MalformedException {
        words.space();
        String[] parts = words.astring().toUpperCase(Locale.ROOT).split("-", -1);
        int month = parts.length == 3 ? MONTHS.indexOf(parts[1]) : -1;
        if (month < 0 || !parts[0].matches("[0-9]{1,2}") || !parts[2].matches("[0-9]{4}")) {
            throw new MalformedException("a date is written like 1-Feb-2026");
        }
        try {
            LocalDate date =
                    LocalDate.of(Integer.parseInt(parts[2]), month + 1, Integer.parseInt(parts[0]));
            return new SearchKey.Day(clock, relation, date);
        } catch (DateTimeException e) {
            throw new MalformedException("a date that no calendar has");
        }
    }

    /// RFC 7162 §3.1.5. Which flag it is about does not count: a message has one mod-sequence.
    private SearchKey modseq() throws MalformedException {
        words.space();
        if (words.peek() == '"') {
            if (!words.string().startsWith("/flags/")) {
                throw new MalformedException("a mod-sequence is one of flags");
            }
            words.space();
            if (!List.of("ALL", "PRIV", "SHARED").contains(words.keyword())) {
                throw new MalformedException("a mod-sequence is of all, priv or shared");
            }
            words.space();
        }
        modseqs = true;
        return new SearchKey.Modseq(words.modseqOrZero());
    }

    private SearchKey body(boolean header) throws MalformedException {
        if (++texts > TEXTS_MAX) {
            throw new MalformedException("more than 20 texts are looked for in bodies");
        }
        return new SearchKey.Text(header, text(TEXT_OCTETS_MAX));
    }

    /// In UTF-8, of which US-ASCII is a part.
    private String text(int max) throws MalformedException {
        words.space();
        String octets = words.astring();
        if (octets.length() > max) {
            throw new MalformedException(
                    "what is looked for is longer than %d octets".formatted(max));
        }
        return Words.utf8(octets);
    }
}
