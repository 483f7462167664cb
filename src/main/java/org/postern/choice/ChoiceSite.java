package org.postern.choice;

import org.postern.access.Visits;
import org.postern.http.Router;
import org.postern.page.Stage;
import org.postern.pickup.PickupServer;

/// All addresses of this page; none where the clinic does not let its patients choose on it.
public final class ChoiceSite implements PickupServer.More {
    private final ChoiceParts parts;

    public ChoiceSite(ChoiceParts parts) {
        this.parts = parts;
    }

    @Override
    public void add(Router router, Stage stage, Visits visits) {
        if (!stage.clinic().choosable()) {
            return;
        }
        ChoicePage page = new ChoicePage(stage, visits, parts);
        router.get("/mail-choice", page::look)
                .post("/mail-choice/choose", page::choose)
                .post("/mail-choice/keep", page::keep);
    }
}
