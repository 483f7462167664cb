package org.postern.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.check.PatientFile.Fact;
import org.postern.mail.Address;
import org.postern.vault.Vault;

/// Takes what the clinic's own system exports into the patient file.
public final class PatientImport {
    private static final int ERRORS_MAX = 20;
    private static final String ADDRESS = "address";

    private PatientImport() {}

    /// Adds the facts of a CSV file, all or none: a header line with the columns `address`,
    /// `birth-date`, `pin`, `mobile` and `language` in any order, then one line for each patient. A
    /// field may be empty.
    ///
    /// @return how many facts were added
    /// @throws IOException with every line that is wrong; the values themselves are not shown
    public static int read(Path csv, Path file, Vault vault) throws IOException {
        List<Fact> facts = new ArrayList<>();
        List<String> languages = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        List<String> lines = PatientFile.lines(csv);
        if (lines.isEmpty()) {
            throw new IOException(
                    csv + ": it is empty; expected a line address,birth-date,pin,mobile,language");
        }
        List<String> columns = fields(lines.getFirst().replace("\uFEFF", ""));
        if (!columns.contains(ADDRESS) || !isKnown(columns)) {
            throw new IOException(
                    csv + ":1: expected the columns address, birth-date, pin, mobile and language");
        }
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            try {
                Line line = line(columns, fields(lines.get(i)));
                facts.addAll(line.facts());
                line.language().ifPresent(languages::add);
            } catch (IllegalArgumentException e) {
                errors.add(csv + ":" + (i + 1) + ": " + e.getMessage());
            }
        }
        if (!errors.isEmpty()) {
            String shown = String.join("\n", errors.stream().limit(ERRORS_MAX).toList());
            int more = Math.max(0, errors.size() - ERRORS_MAX);
            throw new IOException(
                    shown + (more == 0 ? "" : "\nand %d more".formatted(more)) + "\nnothing added");
        }
        PatientFile.addAll(file, vault, facts, languages);
        return facts.size() + languages.size();
    }

    private static boolean isKnown(List<String> columns) {
        return columns.stream().allMatch(PatientImport::isKnown)
                && columns.stream().distinct().count() == columns.size();
    }

    private static boolean isKnown(String column) {
        return column.equals(ADDRESS)
                || column.equals(PatientFile.LANGUAGE)
                || PatientCheck.of(column).isPresent();
    }

    /// @param language as the patient file has it
    private record Line(List<Fact> facts, Optional<String> language) {}

    private static Line line(List<String> columns, List<String> fields) {
        if (fields.size() != columns.size()) {
            throw new IllegalArgumentException(
                    "%d fields, but %d columns".formatted(fields.size(), columns.size()));
        }
        Address patient =
                Address.parse(fields.get(columns.indexOf(ADDRESS)))
                        .orElseThrow(() -> new IllegalArgumentException("this is no address"));
        List<Fact> facts = new ArrayList<>();
        Optional<String> language = Optional.empty();
        for (int i = 0; i < columns.size(); i++) {
            String value = fields.get(i);
            if (columns.get(i).equals(PatientFile.LANGUAGE) && !value.isEmpty()) {
                language = Optional.of(PatientFile.languageLine(patient, value));
            } else if (!columns.get(i).equals(ADDRESS) && !value.isEmpty()) {
                PatientCheck check = PatientCheck.of(columns.get(i)).orElseThrow();
                facts.add(new Fact(patient, check, value));
            }
        }
        if (facts.isEmpty() && language.isEmpty()) {
            throw new IllegalArgumentException("no birth date, no PIN and no mobile number");
        }
        return new Line(facts, language);
    }

    /// The fields of a CSV line, without blanks around them. None of ours can hold a comma, but
    /// some programs quote every field (RFC 4180 §2).
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split(",", -1)) {
            String text = field.strip();
            boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
            fields.add(quoted ? text.substring(1, text.length() - 1).strip() : text);
        }
        return fields;
    }
}
