package org.postern.start;

import org.postern.access.Visits;
import org.postern.http.Router;
import org.postern.page.Faces;
import org.postern.page.Stage;
import org.postern.pickup.PickupServer;

/// All addresses of the pages on which patients write first.
public final class StartSite implements PickupServer.More {
    private final StartParts parts;

    public StartSite(StartParts parts) {
        this.parts = parts;
    }

    @Override
    public void add(Router router, Stage stage, Visits visits) {
        Faces faces = new Faces(parts.pickup().clinicians(), stage.files());
        DeskPages pages = new DeskPages(stage, faces, parts.desks(), parts.pickup().clock());
        StartLimits limits = new StartLimits();
        StartDesk start = new StartDesk(pages, visits, parts);
        LinkDesk links = new LinkDesk(pages, parts, limits);
        KnownDesk known = new KnownDesk(pages, visits, parts, limits);
        router.get("/to/{name}", start::look)
                .post("/to/{name}", start::ask)
                .get("/w/{token}", links::look)
                .post("/w", links::send)
                .get("/c/{to}", known::look)
                .post("/c/{to}", known::send)
                .post("/c/{to}/draft", known::draft);
    }
}
