package org.postern.card;

import io.nayuki.qrcodegen.QrCode;
import java.util.ArrayList;
import java.util.List;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.language.Texts;

/// Where everything stands on a card of half a letter page, 5.5 by 8.5 inches, which any office
/// printer can print: the clinic, the name, the code, the address, and both languages below.
final class CardDrawing {
    static final double WIDTH = 396;
    static final double HEIGHT = 612;

    private static final double MIDDLE = WIDTH / 2;
    private static final double MARGIN = 30;
    private static final double BAND = 58;
    private static final double CODE = 250;

    /// ISO/IEC 18004 §9.1: four modules of nothing around a code.
    private static final int QUIET = 4;

    private static final double LEADING = 1.25;
    private static final double SIZE_MIN = 7;
    private static final String INK = "#1b2226";
    private static final String QUIET_INK = "#4a565e";
    private static final String WARNING = "#a3201d";

    private final List<Mark> marks = new ArrayList<>();
    private double y;

    private CardDrawing() {}

    static List<Mark> of(Card card) {
        CardDrawing drawing = new CardDrawing();
        drawing.draw(card);
        return List.copyOf(drawing.marks);
    }

    private void draw(Card card) {
        marks.add(new Mark.Box(0, 0, WIDTH, HEIGHT, "#ffffff"));
        marks.add(new Mark.Box(0, 0, WIDTH, BAND, card.colour()));
        y = BAND / 2 + 6;
        fitted(card.clinic(), new Mark.Type(18, true, "#ffffff"));
        y = BAND + 32;
        for (Language language : Card.LANGUAGES) {
            boolean first = language.equals(Card.LANGUAGES.getFirst());
            Mark.Type type = new Mark.Type(first ? 22 : 15, first, first ? INK : QUIET_INK);
            fitted(Languages.shipped().in(language).say("to.heading", card.who()), type);
            y += first ? 20 : 16;
        }
        if (!card.title().isEmpty()) {
            fitted(card.title(), new Mark.Type(11, false, QUIET_INK));
            y += 10;
        }
        code(card.url());
        y += 20;
        fitted(card.typed(), new Mark.Type(16, true, INK));
        y += 22;
        for (Language language : Card.LANGUAGES) {
            Texts texts = Languages.shipped().in(language);
            wrapped(texts.say("card.how"), new Mark.Type(11, false, INK));
            wrapped(texts.say("card.free"), new Mark.Type(11, true, INK));
            y += 4;
        }
        y += 8;
        for (Language language : Card.LANGUAGES) {
            wrapped(
                    card.emergency(Languages.shipped().in(language)),
                    new Mark.Type(11, true, WARNING));
        }
        y += 8;
        fitted(
                Languages.shipped().in(Language.ENGLISH).say("card.phone", card.phone())
                        + "  ·  "
                        + Languages.shipped().in(Language.SPANISH).say("card.phone", card.phone()),
                new Mark.Type(11, false, INK));
    }

    /// A line that is made smaller until it fits; what does not fit even then is broken.
    private void fitted(String text, Mark.Type type) {
        double wide = Helvetica.width(text, type);
        double room = WIDTH - 2 * MARGIN;
        double size = wide <= room ? type.size() : type.size() * room / wide;
        if (size < SIZE_MIN) {
            wrapped(text, new Mark.Type(SIZE_MIN, type.bold(), type.colour()));
        } else {
            marks.add(
                    new Mark.Line(
                            text, MIDDLE, y, new Mark.Type(size, type.bold(), type.colour())));
        }
    }

    private void wrapped(String text, Mark.Type type) {
        for (String line : Helvetica.lines(text, type, WIDTH - 2 * MARGIN)) {
            marks.add(new Mark.Line(line, MIDDLE, y, type));
            y += type.size() * LEADING;
        }
    }

    /// Dark modules beside each other are one box, so that no printer draws a hair between them.
    private void code(String url) {
        QrCode code = QrCode.encodeText(url, QrCode.Ecc.QUARTILE);
        double module = CODE / (code.size + 2 * QUIET);
        double left = MIDDLE - CODE / 2 + QUIET * module;
        double top = y + QUIET * module;
        for (int row = 0; row < code.size; row++) {
            int from = 0;
            while (from < code.size) {
                int to = from;
                while (to < code.size && code.getModule(to, row)) {
                    to++;
                }
                if (to > from) {
                    marks.add(
                            new Mark.Box(
                                    left + from * module,
                                    top + row * module,
                                    (to - from) * module,
                                    module,
                                    "#000000"));
                }
                from = to + 1;
            }
        }
        y += CODE;
    }
}
