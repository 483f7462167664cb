package org.postern.approval;

import org.postern.access.Visits;
import org.postern.http.Router;
import org.postern.page.Stage;
import org.postern.pickup.PickupServer;

/// All addresses of the pages on which people decide about held mail.
public final class ApprovalSite implements PickupServer.More {
    private final ApprovalParts parts;

    public ApprovalSite(ApprovalParts parts) {
        this.parts = parts;
    }

    @Override
    public void add(Router router, Stage stage, Visits visits) {
        DeskSessions sessions = new DeskSessions(parts.world());
        SignInDesk door = new SignInDesk(stage, sessions, parts);
        LetterPage letters = new LetterPage(stage, parts);
        WaitingDesk waiting = new WaitingDesk(stage, door, letters, parts);
        DecisionDesk decisions = new DecisionDesk(stage, door, letters, parts);
        router.get("/held", waiting::list)
                .post("/held", door::signIn)
                .post("/held/sign-out", door::signOut)
                .get("/held/{id}", waiting::read)
                .post("/held/{id}", decisions::decide)
                .get("/held/{id}/look", waiting::look)
                .get("/held/{id}/original", waiting::original)
                .get("/held/{id}/file/{number}", waiting::file);
    }
}
