package org.postern.caring;

import org.postern.access.OwnPages;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.http.Router;
import org.postern.page.Faces;
import org.postern.page.Stage;
import org.postern.pickup.PickupServer;

/// All addresses of the pages about caregivers.
public final class CaringSite implements PickupServer.More {
    private final CaringParts parts;

    public CaringSite(CaringParts parts) {
        this.parts = parts;
    }

    @Override
    public void add(Router router, Stage stage, Visits visits) {
        Faces faces = new Faces(parts.pickup().clinicians(), stage.files());
        CaregiverDoor door = new CaregiverDoor(stage, faces, visits, parts);
        OwnPages pages = new OwnPages(stage, visits);
        CaregiverDesk desk = new CaregiverDesk(pages, parts);
        router.get("/k/{token}", door::look)
                .post("/k", door::open)
                .get("/caregivers", pages.look(Visit::isPatient, desk::list))
                .post("/caregivers/invite", pages.form(Visit::isPatient, desk::invite))
                .post("/caregivers/end", pages.form(Visit::isPatient, desk::end));
    }
}
