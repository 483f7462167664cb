package org.postern.pickup;

import java.util.Optional;
import org.postern.access.OwnPages;
import org.postern.access.Visits;
import org.postern.access.Visits.Visit;
import org.postern.http.Router;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.http.WebSite;
import org.postern.language.Texts;
import org.postern.page.Faces;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.Note;

/// All addresses of the pages, in the order in which a patient meets them.
final class PickupSite implements WebSite {
    private final Stage stage;
    private final Router router;

    PickupSite(Stage stage, Visits visits, PickupParts parts) {
        this.stage = stage;
        Faces faces = new Faces(parts.clinicians(), stage.files());
        Doorway doorway = new Doorway(stage, new DoorPages(stage, faces, parts), visits, parts);
        FrontDesk desk = new FrontDesk(stage, visits, parts);
        OwnPages pages = new OwnPages(stage, visits);
        DeviceDesk devices = new DeviceDesk(pages, parts);
        DraftDesk drafts = new DraftDesk(parts);
        ReadingRoom room = new ReadingRoom(stage, faces, visits, drafts, parts);
        ReplyDesk replies = new ReplyDesk(room, stage, visits, drafts, parts);
        router =
                new Router()
                        .get("/m/{token}", doorway::look)
                        .post("/open", doorway::open)
                        .post("/code", doorway::code)
                        .post("/passkey/open", doorway::passkey)
                        .post("/passkey/add", pages.form(Visit::isPatient, devices::addPasskey))
                        .get("/again/{thread}", doorway::again)
                        .get("/t/{thread}", room::read)
                        .post("/t/{thread}/reply", replies::reply)
                        .post("/t/{thread}/draft", replies::draft)
                        .get("/t/{thread}/look/{message}", room::look)
                        .get("/t/{thread}/original/{message}", room::original)
                        .get("/t/{thread}/eml/{message}", room::save)
                        .get("/a/{message}/{number}", room::attachment)
                        .get("/devices", pages.look(Visit::isPatient, devices::list))
                        .post("/devices/remember", pages.form(Visit::isPatient, devices::remember))
                        .post("/devices/forget", pages.form(Visit::isPatient, devices::forget))
                        .post("/devices/code", pages.form(Visit::isPatient, devices::code))
                        .post("/logout", desk::signOut)
                        .get("/bye", desk::bye)
                        .post("/fresh", desk::fresh)
                        .get("/notme/{token}", desk::askNotMe)
                        .post("/notme", desk::notMe)
                        .get("/s/{file}", this::file)
                        .get("/robots.txt", _ -> robots());
    }

    @Override
    public Router router() {
        return router;
    }

    @Override
    public WebResponse failure(int status, WebRequest request) {
        Texts texts = stage.texts(request);
        Note note = Note.of(texts.say("error.heading"), Stage.words(texts, status));
        return stage.note(status, Setting.at(texts, "/"), note);
    }

    private WebResponse file(WebRequest request) {
        Optional<WebResponse> file = stage.files().find(request.captured("file"));
        return file.orElseGet(() -> failure(404, request));
    }

    private static WebResponse robots() {
        String nothing = "User-agent: *\nDisallow: /\n";
        return WebResponse.text(200, "text/plain; charset=utf-8", nothing);
    }
}
