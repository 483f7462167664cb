package org.postern.phi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postern.facts.Phi;
import org.postern.texts.HtmlText;

/// The labelled messages of `src/test/resources/phi`, and how well the detectors tell them apart.
public final class LabelledTexts {
    private static final Path FOLDER = Path.of("src/test/resources/phi");
    private static final Pattern BEGIN = Pattern.compile("(?m)^=== (.+)$");

    private static final Pattern SUBJECT = Pattern.compile("(?s)Subject: ([^\\n]*)\\n(.*)");

    /// In which they were written.
    static final int YEAR = 2026;

    private LabelledTexts() {}

    /// @param name file and number
    /// @param isPhi what a person says of it
    public record Labelled(String name, String text, boolean isPhi) {
        public Phi found() {
            return found(new Scan(YEAR));
        }

        Phi found(Scan scan) {
            Matcher parts = SUBJECT.matcher(text);
            if (parts.matches()) {
                scan.subject(parts.group(1));
                String body = parts.group(2).strip();
                scan.read(body.startsWith("<html>") ? HtmlText.of(body) : body);
            }
            return scan.result(parts.matches());
        }
    }

    /// How often detectors and people agree at a threshold.
    public record Agreement(int truePositives, int falsePositives, int falseNegatives) {
        public double precision() {
            return (double) truePositives / Math.max(1, truePositives + falsePositives);
        }

        public double recall() {
            return (double) truePositives / Math.max(1, truePositives + falseNegatives);
        }
    }

    /// Which of the messages.
    public enum Part {
        /// Looked at while the words were chosen.
        TUNED(".txt"),
        /// Never looked at, but its totals were.
        HELD_OUT("-held-out.txt"),
        /// Never looked at either: written later, before anything was changed.
        SECOND("-held-out-2.txt"),
        /// Written together with [#THIRD], and looked at.
        TUNED_THIRD("-3.txt"),
        /// Written before its author had read the detectors or their words; he chose words then.
        THIRD("-held-out-3.txt"),
        /// Measured once when it was written; weights were learned from it then.
        FOURTH("-held-out-4.txt"),
        /// By two who knew neither detectors nor messages; to learn weights from.
        FIFTH_A("-5a.txt"),
        FIFTH_B("-5b.txt"),
        /// By four others who knew neither; to learn from.
        SIXTH_D("-6d.txt"),
        SIXTH_E("-6e.txt"),
        SIXTH_F("-6f.txt"),
        SIXTH_H("-6h.txt"),
        /// By five more who knew neither, asked for hard negatives and pairs that differ in little;
        /// to learn from.
        SEVENTH_I("-7i.txt"),
        SEVENTH_J("-7j.txt"),
        SEVENTH_K("-7k.txt"),
        SEVENTH_L("-7l.txt"),
        SEVENTH_M("-7m.txt"),
        /// By two more who knew neither; to learn from.
        EIGHTH_N("-8n.txt"),
        EIGHTH_O("-8o.txt"),
        /// Each by somebody who knew neither; nothing is chosen or learned by them.
        UNTOUCHED_FIFTH("-held-out-5.txt"),
        UNTOUCHED_SIXTH("-held-out-6.txt"),
        UNTOUCHED_SEVENTH("-held-out-7.txt"),
        UNTOUCHED_EIGHTH("-held-out-8.txt"),
        /// By whoever made the search faster then, and knew its rules, but neither its words nor
        /// any other message; nothing is chosen or learned by it.
        UNTOUCHED_NINTH("-held-out-9.txt");

        private final String ending;

        Part(String ending) {
            this.ending = ending;
        }

        /// The part with the longest ending that fits.
        private static Part of(String file) {
            return Stream.of(values())
                    .filter(part -> file.endsWith(part.ending))
                    .max(Comparator.comparingInt(part -> part.ending.length()))
                    .orElseThrow();
        }
    }

    public static List<Labelled> read(Part part) throws IOException {
        List<Labelled> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(Part.TUNED.ending) && Part.of(name) == part) {
                    split(name, Files.readString(file), all);
                }
            }
        }
        return all;
    }

    private static void split(String file, String text, List<Labelled> to) {
        Matcher begin = BEGIN.matcher(text);
        int from = -1;
        String name = "";
        while (begin.find()) {
            if (from >= 0) {
                to.add(labelled(file, name, text.substring(from, begin.start())));
            }
            from = begin.end();
            name = begin.group(1);
        }
        to.add(labelled(file, name, text.substring(from)));
    }

    private static Labelled labelled(String file, String name, String text) {
        return new Labelled(file + " " + name, text.strip(), file.contains("-phi"));
    }

    public static Agreement at(int threshold, List<Labelled> all) {
        int right = 0;
        int wrong = 0;
        int missed = 0;
        for (Labelled each : all) {
            boolean said = each.found().score() >= threshold;
            right += said && each.isPhi() ? 1 : 0;
            wrong += said && !each.isPhi() ? 1 : 0;
            missed += !said && each.isPhi() ? 1 : 0;
        }
        return new Agreement(right, wrong, missed);
    }
}
