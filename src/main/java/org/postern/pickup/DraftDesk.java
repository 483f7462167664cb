package org.postern.pickup;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postern.access.Visits.Visit;
import org.postern.check.Pace;
import org.postern.http.BadRequest;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.page.Views;
import org.postern.writing.Unsent;
import org.postern.writing.Writing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what readers typed and have not sent: when a form is refused, and now and then while they
/// type. Nothing is kept for whoever pressed a mere button, for anybody who has the link would read
/// it.
public final class DraftDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DraftDesk.class);

    /// So many of one writer in a minute. The script saves every five seconds, and at once when the
    /// page goes out of sight.
    private static final int TIMES_MAX = 40;

    private static final Duration SPAN = Duration.ofMinutes(1);

    /// As our own pages name a writing.
    private static final Pattern ONCE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Unsent unsent;
    private final PickupParts parts;
    private final Pace pace = new Pace(Duration.ZERO, TIMES_MAX, SPAN);

    public DraftDesk(PickupParts parts) {
        this.unsent = parts.store().unsent();
        this.parts = parts;
    }

    /// Takes what is being typed: `POST …/draft`, by the script.
    ///
    /// @param path of the form's page
    public WebResponse take(WebRequest request, Visit visit, String path) throws IOException {
        if (!isKeptFor(visit)) {
            throw new BadRequest(404, "nothing is kept for whoever pressed a button");
        }
        Writing writing = Writing.ofWords(key(visit));
        var _ = writing.read(request);
        if (!ONCE.matcher(writing.field("once")).matches()) {
            throw new BadRequest(400, "no name of a writing");
        }
        if (!pace.take(visit.session().reader().key(), parts.clock().instant())) {
            throw new BadRequest(429, "too often");
        }
        var _ = unsent.keep(tab(visit, path, writing), writing.field("text"), now());
        return WebResponse.text(200, "text/plain; charset=utf-8", "");
    }

    private static boolean isKeptFor(Visit visit) {
        return visit.session().passed().check().isPersonal();
    }

    private Instant now() {
        return parts.clock().instant();
    }

    /// What shows that a form is of this reader's own page.
    public static Writing.Key key(Visit visit) {
        return new Writing.Key("form", visit::owns);
    }

    /// Keeps what a form that was refused says. The page shows it as well, so that a fault loses
    /// nothing.
    void keep(Visit visit, String path, Writing writing) {
        keep(visit, path, writing, writing.field("once"));
    }

    /// The same for a form that comes back under another name, which it has from then on.
    ///
    /// @param next names the writing that goes on
    public void keep(Visit visit, String path, Writing writing, String next) {
        if (!isKeptFor(visit) || !writing.field("quick").isEmpty()) {
            // The other is one tap, beside what she may have typed.
            return;
        }
        Unsent.Tab before = tab(visit, path, writing);
        try {
            var _ =
                    unsent.keep(
                            new Unsent.Tab(before.place(), next, before.from()),
                            writing.field("text"),
                            now());
            if (!next.equals(before.name())) {
                unsent.over(before, now());
            }
        } catch (IOException e) {
            LOG.warn("words that were not sent are not kept: {}", e.getMessage());
        }
    }

    /// After it was sent.
    public void forget(Visit visit, String path, Writing writing) {
        if (isKeptFor(visit) && writing.field("quick").isEmpty()) {
            try {
                unsent.over(tab(visit, path, writing), now());
            } catch (IOException e) {
                LOG.warn("words that were sent are still kept: {}", e.getMessage());
            }
        }
    }

    /// What was typed last; empty if nothing was, or it is not to be had now.
    public Optional<Unsent.Kept> find(Visit visit, String path) {
        if (!isKeptFor(visit)) {
            return Optional.empty();
        }
        try {
            return unsent.find(place(visit, path), now());
        } catch (IOException e) {
            LOG.warn("words that were not sent are not to be had: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// How a page keeps what is typed into it.
    ///
    /// @param found what was typed before, which the form shows
    public static Views.Unsent at(Visit visit, String path, Optional<Unsent.Kept> found) {
        return new Views.Unsent(
                isKeptFor(visit) ? path + "/draft" : "",
                found.isPresent(),
                found.map(kept -> kept.version().toString()).orElse(""));
    }

    /// The same for a form that comes back, and has its name already.
    public static Views.Unsent again(Visit visit, String path) {
        return at(visit, path, Optional.empty());
    }

    private static Unsent.Tab tab(Visit visit, String path, Writing writing) {
        return new Unsent.Tab(
                place(visit, path),
                writing.field("once"),
                Unsent.Version.parse(writing.field("from")));
    }

    private static Unsent.Place place(Visit visit, String path) {
        return new Unsent.Place(visit.session().reader(), path);
    }
}
