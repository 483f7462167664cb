package org.postern.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The rules of tidiness, for one source file at a time. It reads the formatter's output: a method
/// begins at an indent of four or eight and ends at a brace of the same indent.
final class Tidiness {
    static final int FILE_LINES_MAX = 400;
    static final int METHOD_LINES_MAX = 60;
    static final int LINE_CHARS_MAX = 100;
    static final int PACKAGE_FILES_MAX = 15;
    static final int PARAMETERS_MAX = 4;
    static final int CONSTRUCTOR_PARAMETERS_MAX = 8;

    /// What must not be written, with what to write instead.
    private record Banned(String text, String instead) {}

    private static final List<Banned> BANNED =
            List.of(
                    new Banned("System" + ".out", "the command's Console, or the log"),
                    new Banned("System" + ".err", "the command's Console, or the log"),
                    new Banned("Thread" + ".sleep", "a deadline, or ManualClock in a test"),
                    new Banned("Instant" + ".now()", "the injected clock"),
                    new Banned("System" + ".currentTimeMillis", "the injected clock"),
                    new Banned("new " + "Random(", "a seeded or a secure generator, injected"),
                    new Banned("print" + "StackTrace", "the log, without content"),
                    new Banned("catch " + "(Exception", "the exception that is meant"),
                    new Banned("catch " + "(Throwable", "the exception that is meant"),
                    new Banned("FIX" + "ME", "the repair"));

    private static final Pattern TODO = Pattern.compile("TO" + "DO(?!\\(#\\d+\\))");
    private static final Pattern TYPE_NAME =
            Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");
    private static final Pattern EMPTY_NAME_END =
            Pattern.compile("(Manager|Helper|Utils?|Impl|Processor|Handler)$");
    private static final Pattern EMPTY_NAME_BEGIN =
            Pattern.compile("^(Abstract|Base|Default)(?=[A-Z])");
    private static final Pattern METHOD =
            Pattern.compile("^( {4}| {8})(?=\\S)(?:[\\w<>\\[\\],.?@ ]+ )?(\\w+)\\($?(?![^{]*;$)");

    private final boolean product;

    private Tidiness(boolean product) {
        this.product = product;
    }

    static Tidiness forProduct() {
        return new Tidiness(true);
    }

    /// Tests may be longer: a table of cases is one thing. What is banned is banned there as well.
    static Tidiness forTests() {
        return new Tidiness(false);
    }

    List<String> findings(String file, String source) {
        List<String> findings = new ArrayList<>();
        List<String> lines = source.lines().toList();
        if (product && lines.size() > FILE_LINES_MAX) {
            findings.add(file + ": " + lines.size() + " lines");
        }
        for (int i = 0; i < lines.size(); i++) {
            String place = file + ":" + (i + 1) + ": ";
            findWords(findings, place, lines.get(i));
            if (product) {
                boolean ours = i == 0 || !lines.get(i - 1).strip().equals("@Override");
                findMethod(findings, place, ours, lines.subList(i, lines.size()));
            }
        }
        return findings;
    }

    private static void findWords(List<String> findings, String place, String line) {
        if (line.length() > LINE_CHARS_MAX && !line.stripLeading().startsWith("import ")) {
            findings.add(place + "line of " + line.length() + " characters");
        }
        for (Banned banned : BANNED) {
            if (line.contains(banned.text())) {
                findings.add(place + banned.text());
            }
        }
        if (TODO.matcher(line).find()) {
            findings.add(place + "TO" + "DO");
        }
        Matcher type = TYPE_NAME.matcher(line);
        while (type.find() && !line.stripLeading().startsWith("/")) {
            Matcher end = EMPTY_NAME_END.matcher(type.group(1));
            if (end.find()) {
                findings.add(place + "a name ending in " + end.group(1));
            }
            Matcher begin = EMPTY_NAME_BEGIN.matcher(type.group(1));
            if (begin.find()) {
                findings.add(place + "a name beginning with " + begin.group(1));
            }
        }
    }

    /// @param ours false for a method whose signature somebody else has written
    private static void findMethod(
            List<String> findings, String place, boolean ours, List<String> rest) {
        Matcher method = METHOD.matcher(rest.get(0));
        if (!method.find() || isStatement(rest.get(0))) {
            return;
        }
        String signature = signature(rest);
        if (signature.isEmpty()) {
            return;
        }
        int parameters = parameters(signature);
        boolean constructor = Character.isUpperCase(method.group(2).charAt(0));
        if (ours && parameters > (constructor ? CONSTRUCTOR_PARAMETERS_MAX : PARAMETERS_MAX)) {
            findings.add(place + parameters + " parameters");
        }
        String close = method.group(1) + "}";
        for (int i = 1; i < rest.size(); i++) {
            if (rest.get(i).equals(close)) {
                if (i + 1 > METHOD_LINES_MAX) {
                    findings.add(place + "method of " + (i + 1) + " lines");
                }
                return;
            }
        }
    }

    private static boolean isStatement(String line) {
        String text = line.strip();
        return text.startsWith("return ")
                || text.startsWith("new ")
                || text.startsWith("record ")
                || text.contains(" record ")
                || text.startsWith("/")
                || text.startsWith("@")
                || text.startsWith(".")
                || text.contains("=")
                || text.matches("(if|for|while|switch|try|synchronized|else|do|throw|case)\\b.*");
    }

    /// The text from the first parenthesis to its partner, if a body follows; else empty.
    private static String signature(List<String> rest) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (String line : rest.subList(0, Math.min(rest.size(), 20))) {
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth > 0) {
                    text.append(c);
                } else if (c == '{' || c == ';') {
                    return c == '{' ? text.toString() : "";
                }
            }
        }
        return "";
    }

    private static int parameters(String signature) {
        String inner = signature.substring(1);
        if (inner.isBlank()) {
            return 0;
        }
        int depth = 0;
        int count = 1;
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            depth += c == '<' || c == '(' ? 1 : c == '>' || c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                count++;
            }
        }
        return count;
    }
}
