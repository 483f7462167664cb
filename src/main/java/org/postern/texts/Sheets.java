package org.postern.texts;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Spreadsheets (ECMA-376 part 1, §18): rows as lines, cells divided by tabs, with the texts that
/// stand apart, and dates as dates, since a date of birth is a bare number in its cell.
final class Sheets {
    /// §18.8.30: the formats of dates that every program knows.
    private static final int DATE_FIRST = 14;

    private static final int DATE_LAST = 22;

    /// §18.17.4.1: day 1 is the first of January 1900; the year 1900 counts as a leap year, so all
    /// days from March 1900 on are those since this one.
    private static final LocalDate DAY_0 = LocalDate.of(1899, 12, 30);

    private static final double DAYS_MAX = 2_958_465;

    /// What is kept for a string or a format beside its characters, in characters.
    private static final int KEPT = 16;

    private final Budget budget;
    private final List<String> shared = new ArrayList<>();
    private final List<Integer> formats = new ArrayList<>();
    private final Set<Integer> dates = new HashSet<>();

    Sheets(Budget budget) {
        this.budget = budget;
    }

    /// Takes the strings that cells refer to by number: §18.4.8.
    XmlEvents.Reader strings() {
        return new XmlEvents.Reader() {
            private final StringBuilder whole = new StringBuilder();
            private boolean text;

            @Override
            public void begin(String name, XMLStreamReader element) {
                text = name.equals("t");
            }

            @Override
            public void end(String name) throws IOException {
                text = false;
                if (name.equals("si")) {
                    budget.write(KEPT);
                    shared.add(whole.toString());
                    whole.setLength(0);
                }
            }

            @Override
            public void characters(String characters) throws IOException {
                if (text) {
                    budget.write(characters.length());
                    whole.append(characters);
                }
            }
        };
    }

    /// Takes the formats of cells: §18.8.
    XmlEvents.Reader styles() {
        return new XmlEvents.Reader() {
            private boolean cells;

            @Override
            public void begin(String name, XMLStreamReader element) throws IOException {
                if (name.equals("numFmt")) {
                    budget.write(KEPT);
                    int id = number(element.getAttributeValue(null, "numFmtId"), -1);
                    if (isDate(element.getAttributeValue(null, "formatCode"))) {
                        dates.add(id);
                    }
                } else if (name.equals("cellXfs")) {
                    cells = true;
                } else if (cells && name.equals("xf")) {
                    budget.write(1);
                    formats.add(number(element.getAttributeValue(null, "numFmtId"), 0));
                }
            }

            @Override
            public void end(String name) {
                cells &= !name.equals("cellXfs");
            }

            @Override
            public void characters(String text) {}
        };
    }

    private static boolean isDate(@Nullable String format) {
        return format != null && format.indexOf('y') >= 0;
    }

    /// Takes one sheet: §18.3.
    XmlEvents.Reader sheet(Lines to) {
        return new XmlEvents.Reader() {
            private String type = "";
            private int style;
            private boolean value;

            @Override
            public void begin(String name, XMLStreamReader element) {
                switch (name) {
                    case "c" -> {
                        String said = element.getAttributeValue(null, "t");
                        type = said == null ? "n" : said;
                        style = number(element.getAttributeValue(null, "s"), 0);
                    }
                    case "v", "t" -> value = true;
                    case "oddHeader",
                            "oddFooter",
                            "evenHeader",
                            "evenFooter",
                            "firstHeader",
                            "firstFooter" -> {
                        // Printed above and below each page: §18.3.1.46.
                        type = "str";
                        value = true;
                    }
                    default -> value = false;
                }
            }

            @Override
            public void end(String name) throws IOException {
                value = false;
                switch (name) {
                    case "c" -> to.cell();
                    case "row", "headerFooter" -> to.line();
                    default -> {}
                }
            }

            @Override
            public void characters(String text) throws IOException {
                if (value) {
                    to.write(shown(text));
                }
            }

            private String shown(String text) {
                return switch (type) {
                    case "s" -> string(number(text, -1));
                    case "n" -> isDate(style) ? date(text) : text;
                    default -> text;
                };
            }
        };
    }

    private String string(int place) {
        return place >= 0 && place < shared.size() ? shared.get(place) : "";
    }

    private boolean isDate(int style) {
        int format = style < formats.size() && style >= 0 ? formats.get(style) : 0;
        return (format >= DATE_FIRST && format <= DATE_LAST) || dates.contains(format);
    }

    private static String date(String days) {
        try {
            double day = Double.parseDouble(days);
            return day >= 1 && day <= DAYS_MAX ? DAY_0.plusDays((long) day).toString() : days;
        } catch (NumberFormatException e) {
            return days;
        }
    }

    private static int number(@Nullable String text, int otherwise) {
        try {
            return text == null ? otherwise : Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
