package org.postern.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The patient's browser without a person and without scripts: follows the notice's link, answers
/// the question, reads, replies, by the forms that the pages hold.
public final class PickupWalk implements AutoCloseable {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"(\\w+)\" value=\"([^\"]*)\"");
    private static final Pattern ACTION =
            Pattern.compile("<form method=\"post\" action=\"(/t/[\\w-]+/reply)(?:#\\w*)?\"");
    private static final String BOUNDARY = "postern-demo-form";

    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(ANSWER_MAX)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
    private final URI site;
    private final Map<String, String> cookies = new HashMap<>();

    /// @param site scheme, host and port of the pages
    public PickupWalk(URI site) {
        this.site = site;
    }

    /// A page as it came.
    public record Page(int status, String html) {}

    public Page open(URI link) throws IOException, InterruptedException {
        return follow(send(HttpRequest.newBuilder(link).GET()));
    }

    /// Answers the question on the page behind the link.
    public Page answer(Page door, String answer) throws IOException, InterruptedException {
        Map<String, String> fields = hidden(door.html());
        fields.put("answer", answer);
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) ->
                form.append(form.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(java.net.URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return post("/open", "application/x-www-form-urlencoded", form.toString());
    }

    /// Sends a reply by the form on the page.
    public Page reply(Page conversation, String text) throws IOException, InterruptedException {
        Matcher action = ACTION.matcher(conversation.html());
        if (!action.find()) {
            throw new IOException("the page holds no form for a reply");
        }
        Map<String, String> fields = hidden(conversation.html());
        fields.put("text", text);
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) ->
                form.append(
                        "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                                .formatted(BOUNDARY, name, value)));
        form.append("--").append(BOUNDARY).append("--\r\n");
        return post(action.group(1), "multipart/form-data; boundary=" + BOUNDARY, form.toString());
    }

    private Page post(String path, String type, String body)
            throws IOException, InterruptedException {
        return follow(
                send(
                        HttpRequest.newBuilder(site.resolve(path))
                                .header("Content-Type", type)
                                .header("Origin", site.toString())
                                .POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    private Page follow(HttpResponse<String> response) throws IOException, InterruptedException {
        if (response.statusCode() != 303) {
            return new Page(response.statusCode(), response.body());
        }
        String location = response.headers().firstValue("Location").orElseThrow();
        return follow(send(HttpRequest.newBuilder(site.resolve(location)).GET()));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        StringBuilder jar = new StringBuilder();
        cookies.forEach(
                (name, value) -> jar.append(jar.isEmpty() ? "" : "; ").append(name + "=" + value));
        if (!jar.isEmpty()) {
            request.header("Cookie", jar.toString());
        }
        HttpResponse<String> response =
                client.send(request.timeout(ANSWER_MAX).build(), BodyHandlers.ofString());
        for (String cookie : response.headers().allValues("Set-Cookie")) {
            String[] pair = cookie.split(";", 2)[0].split("=", 2);
            cookies.put(pair[0], pair[1]);
        }
        return response;
    }

    private static Map<String, String> hidden(String html) {
        Map<String, String> fields = new HashMap<>();
        Matcher field = HIDDEN.matcher(html);
        while (field.find()) {
            fields.put(field.group(1), field.group(2));
        }
        return fields;
    }

    @Override
    public void close() {
        client.close();
    }
}
