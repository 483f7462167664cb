package org.postern.choice;

import org.postern.access.OwnPages;
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
        OwnPages pages = new OwnPages(stage, visits);
        ChoicePage page = new ChoicePage(pages, parts);
        router.get("/mail-choice", pages.look(OwnPages::isPersonal, page::look))
                .post("/mail-choice/choose", pages.form(OwnPages::isPersonal, page::choose))
                .post("/mail-choice/keep", pages.form(OwnPages::isPersonal, page::keep));
    }
}
