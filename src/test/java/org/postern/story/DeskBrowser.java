package org.postern.story;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The browser of somebody who decides about held mail: it keeps one cookie, and follows no
/// redirect by itself.
final class DeskBrowser implements AutoCloseable {
    private final String origin;
    private final HttpClient client = HttpClient.newHttpClient();
    private String cookie = "";

    /// @param origin of the pages
    DeskBrowser(String origin) {
        this.origin = origin;
    }

    /// What came back.
    record Page(int status, String text, String location) {
        /// The value of a hidden field.
        String hidden(String name) {
            Matcher found =
                    Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(text);
            if (!found.find()) {
                throw new AssertionError("no field " + name + " in " + text);
            }
            return found.group(1);
        }
    }

    Page get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    /// Sends a form as the page itself would.
    Page post(String path, Map<String, String> form) throws IOException, InterruptedException {
        return postFrom(origin, path, form);
    }

    /// The same from a page of another site.
    Page postFrom(String site, String path, Map<String, String> form)
            throws IOException, InterruptedException {
        String body =
                form.entrySet().stream()
                        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), UTF_8))
                        .collect(Collectors.joining("&"));
        return send(
                request(path)
                        .header("Origin", site)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body)));
    }

    Page signIn(String to, String address, String password)
            throws IOException, InterruptedException {
        return post(
                "/held", Map.of("to", to, "address", address, "password", password, "lang", "en"));
    }

    /// Sends one of the forms of a message's page.
    Page decide(String id, Page shown, Map<String, String> act)
            throws IOException, InterruptedException {
        Map<String, String> form = new HashMap<>(act);
        form.put("form", shown.hidden("form"));
        form.put("review", shown.hidden("review"));
        form.put("lang", "en");
        return post("/held/" + id, form);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path));
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private Page send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString(UTF_8));
        List<String> set = response.headers().allValues("Set-Cookie");
        set.forEach(it -> cookie = it.split(";", 2)[0]);
        return new Page(
                response.statusCode(),
                response.body(),
                response.headers().firstValue("Location").orElse(""));
    }

    @Override
    public void close() {
        client.close();
    }
}
