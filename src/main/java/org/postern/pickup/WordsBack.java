package org.postern.pickup;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.http.BadRequest;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.page.Stage;
import org.postern.writing.Writing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whatever goes wrong while a form with somebody's words is taken, the words come back on the page
/// that says so: one for each request.
public final class WordsBack {
    private static final Logger LOG = LoggerFactory.getLogger(WordsBack.class);

    private static final int UNAVAILABLE = 503;

    private final Stage stage;
    private final WebRequest request;
    private @Nullable Writing writing;

    private WordsBack(Stage stage, WebRequest request) {
        this.stage = stage;
        this.request = request;
    }

    /// Something that is done with a form.
    @FunctionalInterface
    public interface Taking {
        /// @param words to be told of the writing as soon as there is one
        WebResponse of(WordsBack words) throws IOException;
    }

    /// Takes a form, and answers with its words if that fails.
    ///
    /// @throws IOException if it fails and there are no words
    public static WebResponse from(Stage stage, WebRequest request, Taking taking)
            throws IOException {
        WordsBack words = new WordsBack(stage, request);
        try {
            return taking.of(words);
        } catch (IOException | RuntimeException e) {
            Optional<WebResponse> page = words.after(e);
            if (page.isEmpty()) {
                throw e;
            }
            return page.get();
        }
    }

    /// From now on the form is read by this writing.
    public Writing by(Writing reading) {
        writing = reading;
        return reading;
    }

    /// The words of a form that goes nowhere.
    public String read() throws IOException {
        Writing reading = writing;
        if (reading == null) {
            reading = by(Writing.nowhere());
            var _ = reading.read(request);
        }
        return reading.field("text");
    }

    /// In the place of what is not hers, or not there any more: her session may be for another
    /// conversation by now, and the form of the one before. She is in, so it is read with its
    /// files: a browser that is cut off while it sends shows no page.
    public WebResponse orDead() throws IOException {
        if (writing == null) {
            Writing reading = by(Writing.toNobody(new Writing.Key("form", _ -> true)));
            try {
                var _ = reading.read(request);
            } catch (BadRequest e) {
                // Without a token as well it leads to a dead page.
                if (e.status() != 403) {
                    throw e;
                }
            }
        }
        String text = read();
        Texts texts = texts();
        return text.isBlank() ? stage.dead(texts) : stage.notSent(404, texts, text);
    }

    private Texts texts() {
        return stage.texts(request, writing == null ? "" : writing.field("lang"));
    }

    /// @return empty if there are no words
    private Optional<WebResponse> after(Exception why) {
        String text = "";
        try {
            text = read();
        } catch (IOException | RuntimeException e) {
            LOG.debug("the form could not be read either: {}", e.getClass().getName());
        }
        if (text.isBlank()) {
            return Optional.empty();
        }
        int status = UNAVAILABLE;
        if (why instanceof BadRequest bad) {
            status = bad.status();
        } else if (why instanceof RuntimeException) {
            LOG.error("a fault of ours kept words back", why);
        } else {
            LOG.error("what somebody wrote could not be taken: {}", why.getMessage());
        }
        return Optional.of(stage.notSent(status, texts(), text));
    }
}
