package org.postern.pickup;

import java.io.IOException;
import java.net.URI;
import org.postern.access.Visits;
import org.postern.http.Router;
import org.postern.http.WebServer;
import org.postern.http.WebSettings;
import org.postern.mailbox.PickupToken;
import org.postern.page.Clinic;
import org.postern.page.Stage;

/// The patient's pages, served.
public final class PickupServer implements AutoCloseable {
    private final WebServer server;

    /// Further pages of the same site.
    @FunctionalInterface
    public interface More {
        /// None.
        More NOTHING = (_, _, _) -> {};

        /// Adds their addresses.
        void add(Router router, Stage stage, Visits visits);

        /// These and others.
        default More and(More others) {
            return (router, stage, visits) -> {
                add(router, stage, visits);
                others.add(router, stage, visits);
            };
        }
    }

    public PickupServer(WebSettings settings, Clinic clinic, PickupParts parts, More more) {
        Stage stage = new Stage(clinic, parts.checks().patients()::language);
        Visits visits =
                new Visits(
                        parts.store().sessions(),
                        parts.store().devices(),
                        parts.clock(),
                        parts.world().random(),
                        settings.isSecure());
        PickupSite site = new PickupSite(stage, visits, parts);
        more.add(site.router(), stage, visits);
        server = new WebServer(settings, site);
    }

    /// Binds and serves from now on.
    ///
    /// @throws IOException if the address cannot be bound, with what to do
    public void start() throws IOException {
        server.start();
    }

    /// The port that was bound.
    public int port() {
        return server.port();
    }

    /// The link for a notice: it names the configured address, whatever a request said.
    public URI link(PickupToken token) {
        return URI.create(server.origin() + "/m/" + token.value());
    }

    /// The address for "this is not me".
    public URI notMe(PickupToken token) {
        return URI.create(server.origin() + "/notme/" + token.value());
    }

    /// Takes no new request, lets running ones end within 5 s.
    @Override
    public void close() {
        server.close();
    }
}
