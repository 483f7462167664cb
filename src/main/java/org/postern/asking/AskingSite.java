package org.postern.asking;

import org.postern.access.OwnPages;
import org.postern.access.Visits;
import org.postern.http.Router;
import org.postern.page.Stage;
import org.postern.pickup.PickupServer;

/// All addresses of this page; none where the clinic gives no keys to those who ask.
public final class AskingSite implements PickupServer.More {
    private final AskingParts parts;

    public AskingSite(AskingParts parts) {
        this.parts = parts;
    }

    @Override
    public void add(Router router, Stage stage, Visits visits) {
        if (!stage.clinic().keys()) {
            return;
        }
        OwnPages pages = new OwnPages(stage, visits);
        KeyDesk desk = new KeyDesk(stage, parts);
        router.get("/key", pages.look(KeyDesk::mayAsk, desk::look))
                .post("/key/ask", pages.form(KeyDesk::mayAsk, desk::ask))
                .post("/key/withdraw", pages.form(OwnPages::isPersonal, desk::withdraw));
    }
}
