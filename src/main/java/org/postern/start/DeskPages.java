package org.postern.start;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.page.Faces;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.StartViews;
import org.postern.page.StartViews.Kept;
import org.postern.page.Views.Next;
import org.postern.page.Views.Note;

/// The pages on which patients write first, put together.
record DeskPages(Stage stage, Faces faces, Desks desks, InstantSource clock) {
    /// Whom she writes to: a face, when an answer comes, who is there meanwhile.
    StartViews.Desk desk(Texts texts, Desk desk) throws IOException {
        List<String> away = new ArrayList<>();
        Optional<Next> cover = Optional.empty();
        LocalDate today = clock.instant().atZone(stage.clinic().zone()).toLocalDate();
        Optional<Desk.Absence> absence = desk.absence(today);
        String name = name(desk);
        if (absence.isPresent()) {
            away.add(texts.say("to.away", name, day(texts, absence.get().until(), today)));
            if (absence.get().cover().isPresent()) {
                Desk other = desks.of(absence.get().cover().get());
                away.add(texts.say("to.away.cover", name(other)));
                if (!other.name().isEmpty()) {
                    String path = "/to/" + other.name() + "?lang=" + texts.language().tag();
                    cover = Optional.of(new Next(path, texts.say("to.cover.write", name(other))));
                }
            }
        }
        List<String> facts = new ArrayList<>();
        if (!stage.clinic().days().isWorking(today)) {
            facts.add(texts.say("to.closed"));
        }
        desk.answerDays().ifPresent(days -> facts.add(answer(texts, days)));
        return new StartViews.Desk(faces.of(desk.address()), facts, away, cover);
    }

    String name(Desk desk) throws IOException {
        return faces.of(desk.address()).name();
    }

    /// The day itself, so that nobody has to count weekends and holidays.
    private String answer(Texts texts, int days) {
        LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), stage.clinic().zone());
        LocalDate by = stage.clinic().days().answered(now, days);
        return by.equals(now.toLocalDate())
                ? texts.say("to.answer.today")
                : texts.say("to.answer.by", day(texts, by, now.toLocalDate()));
    }

    private static String day(Texts texts, LocalDate day, LocalDate today) {
        String pattern =
                day.getYear() == today.getYear()
                        ? texts.say("day.pattern")
                        : texts.say("day.pattern.year");
        return DateTimeFormatter.ofPattern(pattern, texts.language().locale()).format(day);
    }

    private String time(Texts texts, Instant at) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(texts.language().locale())
                .withZone(stage.clinic().zone())
                .format(at);
    }

    /// The page that asks for an address.
    WebResponse ask(int status, Texts texts, Desk desk, StartViews.Ask ask) {
        String path = status == 200 ? "/to/" + desk.name() : "";
        return stage.page(status, Setting.at(texts, path), "to", ask);
    }

    /// The page on which a message is written.
    WebResponse write(int status, Setting setting, StartViews.Write write) {
        return stage.page(status, setting, "write", write);
    }

    /// After a message was sent with a link, whenever the link is opened again.
    WebResponse sent(Texts texts, Desk desk, Instant at) throws IOException {
        Note note =
                Note.of(texts.say("write.done", name(desk), time(texts, at)), next(texts, desk))
                        .withNext(
                                "/to/" + desk.name() + "?lang=" + texts.language().tag(),
                                texts.say("to.spent.again"));
        return stage.note(200, Setting.afterForm(texts), note);
    }

    /// After a message of somebody who is in.
    WebResponse sent(Texts texts, Desk desk, String back) throws IOException {
        Note note =
                Note.of(texts.say("write.done.now", name(desk)), next(texts, desk))
                        .withNext(back + "?lang=" + texts.language().tag(), texts.say("look.back"));
        return stage.note(200, new Setting(texts, "", true), note);
    }

    private String[] next(Texts texts, Desk desk) {
        List<String> words = new ArrayList<>();
        words.add(texts.say("write.done.next"));
        desk.answerDays().ifPresent(days -> words.add(answer(texts, days)));
        words.add(texts.say("reply.not.emergency"));
        return words.toArray(String[]::new);
    }

    /// Octet by octet the same for every link that is not alive.
    WebResponse dead(Texts texts) {
        Note note = Note.of(texts.say("to.dead.heading"), texts.say("to.dead.why"));
        return stage.note(404, Setting.at(texts, "/"), note);
    }

    /// The same for somebody who wrote while her link died: her words are not lost.
    WebResponse dead(Texts texts, String text) {
        Kept kept =
                new Kept(
                        texts.say("to.dead.heading"),
                        List.of(texts.say("write.not.sent"), texts.say("to.dead.why")),
                        text,
                        Optional.empty());
        return stage.page(404, Setting.afterForm(texts), "kept", kept);
    }

    /// Something else was sent with this link before.
    WebResponse used(Texts texts, Desk desk, String text) {
        Next next =
                new Next(
                        "/to/" + desk.name() + "?lang=" + texts.language().tag(),
                        texts.say("to.spent.again"));
        Kept kept =
                new Kept(
                        texts.say("write.used"),
                        List.of(texts.say("write.not.sent"), texts.say("write.used.why")),
                        text,
                        Optional.of(next));
        return stage.page(409, Setting.afterForm(texts), "kept", kept);
    }
}
