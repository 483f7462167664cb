package org.postern.pickup;

import java.io.IOException;
import java.net.URI;
import org.postern.access.Visits;
import org.postern.http.WebServer;
import org.postern.http.WebSettings;
import org.postern.mailbox.PickupToken;
import org.postern.page.Clinic;
import org.postern.page.Stage;

/// The patient's pages, served.
public final class PickupServer implements AutoCloseable {
    private final WebServer server;

    public PickupServer(WebSettings settings, Clinic clinic, PickupParts parts) {
        Visits visits =
                new Visits(
                        parts.store().sessions(),
                        parts.store().devices(),
                        parts.clock(),
                        parts.world().random(),
                        settings.isSecure());
        server = new WebServer(settings, new PickupSite(new Stage(clinic), visits, parts));
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
