package org.postern.pickup;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
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
/// type.
public final class DraftDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DraftDesk.class);

    /// So many of one writer in a minute. The script saves every five seconds, and at once when the
    /// page goes out of sight.
    private static final int TIMES_MAX = 40;

    private static final Duration SPAN = Duration.ofMinutes(1);

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
        Writing writing =
                new Writing(
                        OutputStream.nullOutputStream(),
                        form -> {
                            if (!visit.owns(form.field("form"))) {
                                throw new BadRequest(403, "wrong form token");
                            }
                            return Writing.Opening.nowhere(form.field("text"));
                        });
        var _ = writing.read(request);
        // A body that is too large ends before its token was looked at.
        requireOwn(visit, writing);
        if (!pace.take(visit.session().reader().key(), parts.clock().instant())) {
            throw new BadRequest(429, "too often");
        }
        unsent.keep(place(visit, path), writing.field("text"), parts.clock().instant());
        return WebResponse.text(200, "text/plain; charset=utf-8", "");
    }

    private static void requireOwn(Visit visit, Writing writing) throws BadRequest {
        if (!visit.owns(writing.field("form"))) {
            throw new BadRequest(403, "wrong form token");
        }
    }

    /// Keeps what a form that was refused says. The page shows it as well, so that a fault loses
    /// nothing.
    public void keep(Visit visit, String path, Writing writing) {
        if (!writing.field("quick").isEmpty() || !visit.owns(writing.field("form"))) {
            // One tap, beside what she may have typed; or a body that was too large to tell.
            return;
        }
        try {
            unsent.keep(place(visit, path), writing.field("text"), parts.clock().instant());
        } catch (IOException e) {
            LOG.warn("words that were not sent are not kept: {}", e.getMessage());
        }
    }

    /// After it was sent.
    public void forget(Visit visit, String path, Writing writing) {
        if (writing.field("quick").isEmpty()) {
            try {
                unsent.forget(place(visit, path));
            } catch (IOException e) {
                LOG.warn("words that were sent are still kept: {}", e.getMessage());
            }
        }
    }

    /// What was typed before; empty if nothing was, or it is not to be had now.
    public Optional<String> find(Visit visit, String path) {
        try {
            return unsent.find(place(visit, path), parts.clock().instant());
        } catch (IOException e) {
            LOG.warn("words that were not sent are not to be had: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// How a page keeps what is typed into it.
    ///
    /// @param found whether something was typed before
    public static Views.Unsent at(String path, boolean found) {
        return new Views.Unsent(path + "/draft", found);
    }

    private static Unsent.Place place(Visit visit, String path) {
        return new Unsent.Place(visit.session().reader(), path);
    }
}
