package org.postern.caring;

import org.postern.access.Visits;
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
        CaregiverDesk desk = new CaregiverDesk(stage, visits, parts);
        router.get("/k/{token}", door::look)
                .post("/k", door::open)
                .get("/caregivers", desk::list)
                .post("/caregivers/invite", desk::invite)
                .post("/caregivers/end", desk::end);
    }
}
