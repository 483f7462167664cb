package org.postern.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.testkit.SmtpSink.Taken;

/// A patient fetches the key that the clinic has made for her.
final class KeyFetch {
    private KeyFetch() {}

    private static String token(Taken notice) throws Exception {
        Matcher link = Pattern.compile("/m/([\\w-]{43})").matcher(MailText.of(notice.content()));
        assertTrue(link.find(), "the notice has a link");
        return link.group(1);
    }

    /// A patient who was let in.
    record In(HttpClient browser, String site, String cookie, String thread) {
        HttpResponse<String> get(String path) throws Exception {
            return browser.send(request(path).build(), BodyHandlers.ofString());
        }

        HttpResponse<String> post(String path, String form) throws Exception {
            return browser.send(
                    request(path)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("Origin", site)
                            .POST(BodyPublishers.ofString(form))
                            .build(),
                    BodyHandlers.ofString());
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(site).resolve(path)).header("Cookie", cookie);
        }
    }

    /// Opens the link of a notice, answers the question wrongly and rightly, and saves the file.
    static byte[] fetch(String site, Taken notice) throws Exception {
        try (HttpClient browser = HttpClient.newHttpClient()) {
            return file(enter(browser, site, notice));
        }
    }

    /// Opens the link of a notice, and answers the question wrongly and rightly.
    static In enter(HttpClient browser, String site, Taken notice) throws Exception {
        String form = "lang=en&token=" + token(notice) + "&answer=";
        HttpRequest.Builder open =
                HttpRequest.newBuilder(URI.create(site + "/open"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Origin", site);
        HttpResponse<String> wrong =
                browser.send(
                        open.copy().POST(BodyPublishers.ofString(form + "01/01/1950")).build(),
                        BodyHandlers.ofString());
        assertNotEquals(303, wrong.statusCode(), "only behind the check");
        String birth = URLEncoder.encode("1972-04-09", UTF_8);
        HttpResponse<String> in =
                browser.send(
                        open.POST(BodyPublishers.ofString(form + birth)).build(),
                        BodyHandlers.ofString());
        assertEquals(303, in.statusCode(), in.body());
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        String thread = in.headers().firstValue("Location").orElseThrow();
        return new In(browser, site, cookie, thread);
    }

    private static byte[] file(In in) throws Exception {
        String shown = in.get(in.thread()).body();
        assertTrue(shown.contains("We tell it to you by phone"), shown);
        Matcher attachment = Pattern.compile("\"(/a/[^\"?]+)\"").matcher(shown);
        assertTrue(attachment.find(), shown);
        HttpResponse<byte[]> saved =
                in.browser()
                        .send(in.request(attachment.group(1)).build(), BodyHandlers.ofByteArray());
        assertEquals(200, saved.statusCode());
        String name = saved.headers().firstValue("Content-Disposition").orElse("");
        assertTrue(name.startsWith("attachment") && name.contains("key.p12"), name);
        return saved.body();
    }
}
