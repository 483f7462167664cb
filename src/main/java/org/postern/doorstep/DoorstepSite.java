package org.postern.doorstep;

import org.postern.access.OwnPages;
import org.postern.access.Visits;
import org.postern.http.Router;
import org.postern.page.Stage;
import org.postern.pickup.PickupServer;

/// All addresses of these pages.
public final class DoorstepSite implements PickupServer.More {
    private final DoorstepParts parts;

    public DoorstepSite(DoorstepParts parts) {
        this.parts = parts;
    }

    @Override
    public void add(Router router, Stage stage, Visits visits) {
        HomeDesk home = new HomeDesk(stage, parts);
        WordDesk words = new WordDesk(stage, parts);
        OwnPages pages = new OwnPages(stage, visits);
        router.get("/", home::look)
                .post("/type", home::type)
                .get("/word", pages.look(OwnPages::isPersonal, words::look))
                .post("/word", pages.form(OwnPages::isPersonal, words::choose));
    }
}
