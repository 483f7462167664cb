package org.postern.doorstep;

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
        WordDesk words = new WordDesk(stage, visits, parts);
        router.get("/", home::look)
                .post("/type", home::type)
                .get("/word", words::look)
                .post("/word", words::choose);
    }
}
