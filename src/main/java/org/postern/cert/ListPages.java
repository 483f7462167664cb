package org.postern.cert;

import java.io.IOException;
import java.util.Optional;
import org.postern.access.Visits;
import org.postern.http.Router;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.keyring.OwnLists;
import org.postern.mail.Content;
import org.postern.page.Stage;
import org.postern.pickup.PickupServer;

/// What the clinic's own authority has revoked, for everybody: `/crl/authority-1.crl` on the site
/// of the patient's pages.
public final class ListPages implements PickupServer.More {
    private static final String TYPE = "application/pkix-crl";

    private final OwnLists lists;

    public ListPages(OwnLists lists) {
        this.lists = lists;
    }

    @Override
    public void add(Router router, Stage stage, Visits visits) {
        router.get("/crl/{file}", this::list);
    }

    private WebResponse list(WebRequest request) throws IOException {
        Optional<byte[]> list = lists.find(request.captured("file"));
        return list.map(octets ->
                        WebResponse.stream(TYPE, Content.of(octets))
                                .withLength(octets.length)
                                .with("Cache-Control", "public, max-age=3600"))
                .orElseGet(() ->
                        WebResponse.text(
                                404, "text/plain; charset=utf-8", "There is no such list.\n"));
    }
}
