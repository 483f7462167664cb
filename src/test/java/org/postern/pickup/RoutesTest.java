package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.conversation.ThreadView;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;
import org.postern.pickup.PageClient.Upload;
import org.postern.testkit.Golden;

/// Every route, by the table of the site itself: a route that is added later is tested as well, or
/// fails here until somebody has thought about it.
class RoutesTest {
    /// Forms that need no form token: each carries a secret of its own in a field, or takes nothing
    /// from anybody.
    private static final Set<String> WITHOUT_TOKEN =
            Set.of(
                    "/open",
                    "/code",
                    "/passkey/open",
                    "/fresh",
                    "/type",
                    "/notme",
                    "/logout",
                    "/to/{name}",
                    "/w",
                    "/k");

    /// Forms with files.
    private static final Set<String> WITH_FILES =
            Set.of("/t/{thread}/reply", "/t/{thread}/draft", "/w", "/c/{to}", "/c/{to}/draft");

    /// Fields of an answer that say nothing of how we are. Fields that say nothing of a route.
    /// Whether the connection goes on depends on how much of a form has come when it is refused,
    /// from run to run.
    private static final Set<String> USUAL = Set.of("date", "content-length", "connection");

    @TempDir Path data;
    private PickupWorld world;
    private PageClient maria;
    private StoredMessage message;
    private String token = "";

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
        maria = new PageClient(world);
        message =
                world.deliver(
                        PickupWorld.MARIA, PickupWorld.html("<p>Your knee looks <b>good</b>.</p>"));
        token = world.grant(message).value();
        String thread = maria.open(token, PickupWorld.BIRTH_DATE);
        Page read = maria.get(thread);
        maria.reply(
                thread + "/reply",
                List.of(
                        Map.entry("form", read.hidden("form")),
                        Map.entry("once", read.hidden("once"))),
                List.of(
                        new Upload(
                                "note.txt",
                                "text/plain",
                                "Hello".getBytes(StandardCharsets.UTF_8))));
        maria.post("/to/dr-ruiz", Map.of("address", "maria@patients.example"));
        world.started(1);
        maria.post(
                "/caregivers/invite",
                Map.of(
                        "form", read.hidden("form"),
                        "name", "Ana Lopez",
                        "address", "ana@family.example"));
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private List<String> routes(String method) {
        return world.routes().stream()
                .filter(name -> name.startsWith(method + " "))
                .map(name -> name.substring(method.length() + 1))
                .toList();
    }

    /// A path of a route, with what this patient may see.
    private String path(String pattern) throws IOException {
        // The file is in her answer.
        StoredMessage named = message;
        for (StoredMessage each : world.mailbox.thread(message.thread())) {
            named = pattern.startsWith("/a/") && ThreadView.isMine(each) ? each : named;
        }
        return pattern.replace("/w/{token}", "/w/" + world.starts.getLast().token().value())
                .replace("/k/{token}", world.invited.getLast().path())
                .replace("{token}", token)
                .replace("{name}", "dr-ruiz")
                .replace("{to}", message.thread().value())
                .replace("{thread}", message.thread().value())
                .replace("{message}", named.key().value())
                .replace("{number}", "0")
                .replace("{file}", stylesheet());
    }

    private String stylesheet() throws IOException {
        return maria.get("/").text().replaceAll("(?s).*href=\"/s/([^\"]+)\".*", "$1");
    }

    /// T12: nothing that another site sends is taken, whatever it is that it does not know.
    @Test
    void noOtherSitePostsAnything() throws IOException {
        int steps = world.steps.size();
        String own = "https://localhost:" + world.server.port();
        List<String[]> foreign =
                List.of(
                        new String[] {},
                        new String[] {"Origin", "null"},
                        new String[] {"Origin", "https://evil.example"},
                        new String[] {"Origin", own + ".evil.example"},
                        new String[] {"Origin", own, "Sec-Fetch-Site", "cross-site"},
                        new String[] {"Origin", own, "Sec-Fetch-Site", "same-site"},
                        new String[] {"Origin", own, "Sec-Fetch-Site", "none"});
        Page read = maria.get("/t/" + message.thread());
        Map<String, String> form =
                Map.of(
                        "form",
                        read.hidden("form"),
                        "token",
                        token,
                        "answer",
                        PickupWorld.BIRTH_DATE,
                        "why",
                        "other",
                        "address",
                        "maria@patients.example",
                        "text",
                        "Hello");
        for (String route : routes("POST")) {
            for (String[] headers : foreign) {
                Page page = maria.postBare(path(route), form, headers);
                assertEquals(403, page.status(), route + " " + String.join(" ", headers));
                assertEquals("", page.field("Set-Cookie"), route);
            }
        }
        assertEquals(steps, world.steps.size(), "nothing was done");
        assertEquals(1, world.reception.received().size(), "but what the patient sent herself");
        assertEquals(List.of(), world.freshLinks);
        assertEquals(1, world.starts.size(), "and what she asked for");
        assertEquals(1, world.invited.size(), "and whom she invited");
        assertEquals(200, maria.get("/t/" + message.thread()).status(), "she is still in");
    }

    /// T12: what a session alone allows needs the token that stands in our own pages.
    @Test
    void noFormWithoutItsToken() throws IOException {
        TreeSet<String> refused = new TreeSet<>();
        for (String route : routes("POST")) {
            for (String wrong : List.of("", "x".repeat(43))) {
                Page page =
                        WITH_FILES.contains(route)
                                ? maria.reply(
                                        path(route),
                                        List.of(Map.entry("form", wrong), Map.entry("text", "Hi")),
                                        List.of())
                                : maria.post(path(route), Map.of("form", wrong));
                if (page.status() == 403 && page.text().contains("not sent from our page")) {
                    refused.add(route);
                }
            }
            if (route.equals("/logout")) {
                maria.open(token, PickupWorld.BIRTH_DATE);
            }
        }
        TreeSet<String> expected = new TreeSet<>(routes("POST"));
        expected.removeAll(WITHOUT_TOKEN);
        assertEquals(expected, refused);
    }

    /// T2, T21: whoever has no session, or somebody else's, sees of all that is behind the door the
    /// same as of what never was.
    @Test
    void nobodyElseSeesWhatIsBehindTheDoor() throws IOException {
        PageClient stranger = new PageClient(world);
        stranger.open(world.link(PickupWorld.PABLO).value(), PickupWorld.PIN);
        PageClient nobody = new PageClient(world);
        for (String route : routes("GET")) {
            if (route.contains("{thread}") || route.contains("{message}")) {
                String path = path(route);
                Page hers = stranger.get(path);
                String never =
                        path.replace(message.thread().value(), "A".repeat(22))
                                .replaceAll("[A-Za-z0-9_-]{22}", "A".repeat(22));
                Page none = stranger.get(never);
                assertEquals(404, hers.status(), route);
                assertEquals(none.text(), hers.text(), route);
                Page out = nobody.get(path);
                assertEquals(out.status(), nobody.get(never).status(), route);
                assertEquals(nobody.get(never).text(), out.text(), route);
                assertEquals(false, out.text().contains("Your knee"), route);
            }
        }
    }

    /// T17: what a browser could run is saved and never shown, whoever sent it and whatever it says
    /// it is.
    @Test
    void activeFilesAreSavedAndNeverShown() throws IOException {
        for (String type :
                List.of(
                        "text/html",
                        "image/svg+xml",
                        "text/xml",
                        "application/xhtml+xml",
                        "application/javascript",
                        "message/rfc822",
                        "IMAGE/PNG; name=x\r\n\tboundary=y",
                        "image/png+xml")) {
            String mail =
                    """
                    From: Ana Ruiz <ana.ruiz@clinic.example>
                    Subject: File
                    MIME-Version: 1.0
                    Content-Type: multipart/mixed; boundary=b

                    --b
                    Content-Type: text/plain

                    See the file.
                    --b
                    Content-Type: %s
                    Content-Disposition: attachment; filename="page.html"

                    <html><script>document.title = 'run'</script></html>
                    --b--
                    """
                            .formatted(type);
            StoredMessage file = world.deliver(PickupWorld.MARIA, mail);
            PageClient reader = new PageClient(world);
            reader.open(world.grant(file).value(), PickupWorld.BIRTH_DATE);
            String path = "/a/" + file.key() + "/0";
            for (String query : List.of("", "?view=1")) {
                Page page = reader.get(path + query);
                assertEquals(200, page.status(), type);
                boolean image = page.field("Content-Type").equals("image/png");
                String wanted = image ? "image/png" : "application/octet-stream";
                assertEquals(wanted, page.field("Content-Type"), type);
                if (!image) {
                    String how = page.field("Content-Disposition");
                    assertEquals("attachment", how.replaceFirst(";.*", ""), type + how);
                }
                assertEquals("nosniff", page.field("X-Content-Type-Options"));
                String policy = page.field("Content-Security-Policy");
                assertEquals("sandbox; default-src 'none'", policy.substring(0, 27), type);
            }
        }
    }

    /// Status and header fields of every route, as a patient's browser gets them who is in.
    @Test
    void theFieldsOfEveryRoute() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String route : routes("GET")) {
            append(all, "GET " + route, maria.get(path(route)));
        }
        for (String route : routes("POST")) {
            Page page = maria.post(path(route), Map.of("token", token));
            append(all, "POST " + route, page);
            if (route.equals("/logout")) {
                maria.open(token, PickupWorld.BIRTH_DATE);
            }
        }
        append(all, "GET of nothing", maria.get("/nothing"));
        Golden.assertSame("pickup/fields.txt", all.toString());
    }

    private void append(StringBuilder all, String name, Page page) {
        all.append(name).append(" -> ").append(page.status()).append('\n');
        fields(page.response().headers())
                .forEach((field, values) -> {
                    for (String value : values) {
                        all.append("  ")
                                .append(field)
                                .append(": ")
                                .append(masked(value))
                                .append('\n');
                    }
                });
    }

    private static Map<String, List<String>> fields(HttpHeaders headers) {
        TreeMap<String, List<String>> fields = new TreeMap<>();
        headers.map()
                .forEach((name, values) -> {
                    if (!USUAL.contains(name.toLowerCase(Locale.ROOT))) {
                        fields.put(name.toLowerCase(Locale.ROOT), new ArrayList<>(values));
                    }
                });
        return fields;
    }

    /// Without what differs from run to run.
    private String masked(String value) {
        return value.replace(message.thread().value(), "THREAD")
                .replace(message.key().value(), "MESSAGE")
                .replaceAll("([=/])[A-Za-z0-9_-]{22,}", "$1SECRET");
    }
}
