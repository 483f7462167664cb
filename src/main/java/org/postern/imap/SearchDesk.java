package org.postern.imap;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Shelf;
import org.postern.grammar.Command;
import org.postern.grammar.Command.Result;
import org.postern.grammar.Command.Sought;
import org.postern.grammar.SequenceSet;
import org.postern.outline.Strings;
import org.postern.search.LimitException;
import org.postern.search.Needs;
import org.postern.search.SearchQueues;
import org.postern.search.SearchRun;
import org.postern.search.SearchTurns;
import org.postern.search.SortRun;
import org.postern.search.ThreadRun;
import org.postern.showing.Enabled;
import org.postern.showing.FetchRun;
import org.postern.showing.View;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;
import org.postern.talk.Progress;

/// What is found in the selected folder, and how it is told: SEARCH, SORT, THREAD.
final class SearchDesk {
    private static final Answer TOO_MUCH =
            Answer.no("[LIMIT] there is too much to look through; name dates, or a sender");
    private static final Answer TOO_MANY =
            Answer.no("[LIMIT] too many look through letters now; try again in a minute");
    private static final Answer UNKNOWN_CHARSET =
            Answer.no("[BADCHARSET (UTF-8 US-ASCII)] this charset is not known");

    /// RFC 9755 §3; RFC 9051 §6.4.4 has it in IMAP4rev2.
    private static final Answer TWO_CHARSETS =
            Answer.bad("with UTF8=ACCEPT a search is in UTF-8, and names no charset");

    private static final Answer FOUND = Answer.ok("these were found");

    private final Conversation out;
    private final View view;
    private final Context context;

    /// @param tag of the command
    /// @param stopwatch in nanoseconds, for the progress
    /// @param user who searches, for the turns
    /// @param reader is told of held mail before it is looked into
    record Context(
            String tag,
            SearchQueues queues,
            InstantSource clock,
            LongSupplier stopwatch,
            String user,
            FetchRun.Reader reader,
            Enabled enabled) {}

    /// What is done with what was found, while it is this search's turn.
    @FunctionalInterface
    private interface Work {
        String on(BitSet found) throws IOException, LimitException;
    }

    SearchDesk(Conversation out, View view, Context context) {
        this.out = out;
        this.view = view;
        this.context = context;
    }

    Answer search(Command.Search written) throws IOException {
        if (written.charset() && context.enabled().utf8InRevision1()) {
            return TWO_CHARSETS;
        }
        Command.Search command = extended(written);
        // What was kept before counts for this search, and not for the next.
        Progress progress = progress(1);
        SearchRun.Scene scene = scene(progress);
        if (command.results().contains(Result.SAVE)) {
            // RFC 5182 §2.1: of one that fails nothing is kept.
            view.save(new int[0]);
        }
        if (!(command.sought() instanceof Sought.Keys(var keys, boolean modseqs, _))) {
            return UNKNOWN_CHARSET;
        }
        SearchRun run = new SearchRun(scene, keys);
        Work work =
                found -> {
                    save(found, command.results());
                    if (command.results().isEmpty()) {
                        int[] numbers = numbers(found, command.uid());
                        long last = modseqs ? run.lastChange(found) : 0;
                        return "* SEARCH" + listed(numbers) + modseq(last);
                    }
                    return extended(command, found, modseqs ? run : null);
                };
        return answer(new Asked(run, run.needs(), progress), work);
    }

    /// RFC 9051 §6.4.4: in the second revision each search is answered in the extended form.
    private Command.Search extended(Command.Search written) {
        return written.results().isEmpty() && context.enabled().revision2()
                ? new Command.Search(
                        written.uid(), written.sought(), Set.of(Result.ALL), written.charset())
                : written;
    }

    Answer sort(Command.Sort command) throws IOException {
        if (!(command.sought() instanceof Sought.Keys(var keys, boolean modseqs, _))) {
            return UNKNOWN_CHARSET;
        }
        Progress progress = progress(2);
        SearchRun.Scene scene = scene(progress);
        SearchRun run = new SearchRun(scene, keys);
        SortRun sorting = new SortRun(scene, command.keys());
        Work work =
                found -> {
                    progress.after(view.uids().length);
                    int[] places = sorting.order(found);
                    int[] numbers = Arrays.stream(places).map(name(command.uid())).toArray();
                    long last = modseqs && places.length > 0 ? run.lastChange(found) : 0;
                    return "* SORT" + listed(numbers) + modseq(last);
                };
        return answer(new Asked(run, run.needs().or(sorting.needs()), progress), work);
    }

    Answer thread(Command.Thread command) throws IOException {
        if (!(command.sought() instanceof Sought.Keys(var keys, _, _))) {
            return UNKNOWN_CHARSET;
        }
        Progress progress = progress(2);
        SearchRun.Scene scene = scene(progress);
        SearchRun run = new SearchRun(scene, keys);
        ThreadRun threading = new ThreadRun(scene);
        Work work =
                found -> {
                    progress.after(view.uids().length);
                    String threads = threading.threads(found, name(command.uid()));
                    return "* THREAD" + (threads.isEmpty() ? "" : " " + threads);
                };
        return answer(new Asked(run, run.needs().or(threading.needs()), progress), work);
    }

    /// @param times that each message of the folder is come to
    private Progress progress(int times) {
        long goal = (long) times * view.uids().length;
        return new Progress(out, context.stopwatch(), context.tag(), goal);
    }

    private SearchRun.Scene scene(Progress progress) throws IOException {
        return new SearchRun.Scene(
                view.folder(),
                view.isOf(Shelf.HELD),
                view.folder().look(),
                view.uids(),
                view::isRecent,
                view.saved(),
                new SearchRun.Time(context.clock().instant(), context.queues().stopwatch()),
                // Which of them hold a word says something of what they say.
                view.isOf(Shelf.HELD) ? context.reader()::reads : filed -> filed,
                progress::at);
    }

    /// What a command asks for, and what it needs of each message.
    private record Asked(SearchRun run, Needs needs, Progress progress) {}

    private Answer answer(Asked asked, Work work) throws IOException {
        SearchTurns turns =
                view.secure().isPresent()
                        ? context.queues().of(asked.needs())
                        : context.queues().elsewhere(asked.needs());
        String line;
        try (Progress progress = asked.progress()) {
            if (turns != null && !turns.take(context.user(), progress::waiting)) {
                return TOO_MANY;
            }
            line = inTurn(turns, () -> work.on(asked.run().places()));
        } catch (LimitException e) {
            return TOO_MUCH;
        }
        if (!line.isEmpty()) {
            out.write(line + "\r\n");
        }
        return FOUND;
    }

    /// What a search answers.
    @FunctionalInterface
    private interface Finding {
        String line() throws IOException, LimitException;
    }

    /// Before anything is told the turn is given back: a client that does not read must not keep
    /// it.
    private String inTurn(@Nullable SearchTurns turns, Finding finding)
            throws IOException, LimitException {
        try {
            return finding.line();
        } finally {
            if (turns != null) {
                turns.giveBack(context.user());
            }
        }
    }

    private IntUnaryOperator name(boolean uid) {
        return place -> uid ? view.uids()[place] : place + 1;
    }

    private int[] numbers(BitSet found, boolean uid) {
        return found.stream().map(name(uid)).toArray();
    }

    private static String listed(int[] numbers) {
        StringBuilder list = new StringBuilder();
        for (int number : numbers) {
            list.append(' ').append(number);
        }
        return list.toString();
    }

    /// RFC 7162 §3.1.6.
    private static String modseq(long last) {
        return last == 0 ? "" : " (MODSEQ " + last + ")";
    }

    /// RFC 5182 §2.4: what is told of, or all.
    private void save(BitSet found, Set<Result> results) {
        if (results.contains(Result.SAVE)) {
            BitSet told = told(found, results);
            view.save(told.stream().map(place -> view.uids()[place]).toArray());
        }
    }

    /// The messages of which something is told: the first and the last, or all.
    private static BitSet told(BitSet found, Set<Result> results) {
        Set<Result> ends = EnumSet.of(Result.MIN, Result.MAX);
        boolean endsOnly =
                results.stream().allMatch(it -> ends.contains(it) || it == Result.SAVE)
                        && results.stream().anyMatch(ends::contains);
        if (!endsOnly || found.isEmpty()) {
            return found;
        }
        BitSet told = new BitSet();
        if (results.contains(Result.MIN)) {
            told.set(found.nextSetBit(0));
        }
        if (results.contains(Result.MAX)) {
            told.set(found.length() - 1);
        }
        return told;
    }

    /// RFC 4731 §3.1, §3.2.
    ///
    /// @param changes the search, if mod-sequences were looked for
    /// @return empty if nothing is told
    private String extended(Command.Search command, BitSet found, @Nullable SearchRun changes) {
        Set<Result> results = command.results();
        if (results.equals(Set.of(Result.SAVE))) {
            return "";
        }
        StringBuilder line =
                new StringBuilder("* ESEARCH (TAG ").append(Strings.string(context.tag()));
        line.append(command.uid() ? ") UID" : ")");
        int[] numbers = numbers(found, command.uid());
        if (numbers.length > 0) {
            if (results.contains(Result.MIN)) {
                line.append(" MIN ").append(numbers[0]);
            }
            if (results.contains(Result.MAX)) {
                line.append(" MAX ").append(numbers[numbers.length - 1]);
            }
            if (results.contains(Result.ALL)) {
                line.append(" ALL ").append(SequenceSet.text(numbers));
            }
        }
        if (results.contains(Result.COUNT)) {
            line.append(" COUNT ").append(numbers.length);
        }
        if (changes != null && numbers.length > 0) {
            line.append(" MODSEQ ").append(changes.lastChange(told(found, results)));
        }
        return line.toString();
    }
}
