package org.postern.pickup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.mail.Content;

/// A browser without a screen: cookies, forms, no following of redirects.
final class PageClient {
    private final Jar cookies = new Jar();

    private final HttpClient client =
            HttpClient.newBuilder().sslContext(PickupWorld.trust()).cookieHandler(cookies).build();

    private final String origin;

    PageClient(PickupWorld world) {
        this.origin = "https://localhost:" + world.server.port();
    }

    /// The cookies of one site, as a browser of today keeps them. The JDK's own handler takes a
    /// cookie with Max-Age for one of RFC 2965 and sends it in quotes.
    static final class Jar extends CookieHandler {
        private final Map<String, String> values = new ConcurrentHashMap<>();

        @Override
        public Map<String, List<String>> get(URI uri, Map<String, List<String>> fields) {
            if (values.isEmpty()) {
                return Map.of();
            }
            List<String> pairs = new ArrayList<>();
            values.forEach((name, value) -> pairs.add(name + "=" + value));
            return Map.of("Cookie", List.of(String.join("; ", pairs)));
        }

        @Override
        public void put(URI uri, Map<String, List<String>> fields) {
            fields.forEach((name, set) -> {
                if (name.equalsIgnoreCase("Set-Cookie")) {
                    set.forEach(this::keep);
                }
            });
        }

        private void keep(String field) {
            String[] pair = field.split(";", 2)[0].split("=", 2);
            if (field.contains("Max-Age=0")) {
                values.remove(pair[0]);
            } else {
                values.put(pair[0], pair[1]);
            }
        }
    }

    /// As it goes into the field of the same name.
    String cookie() throws IOException {
        return String.join("; ", cookies.get(URI.create(origin), Map.of()).get("Cookie"));
    }

    /// What came back.
    record Page(int status, String text, HttpResponse<String> response) {
        String field(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /// The value of a hidden field.
        String hidden(String name) {
            Matcher found =
                    Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(text);
            if (!found.find()) {
                throw new AssertionError("no field " + name);
            }
            return found.group(1);
        }
    }

    /// One file of a form.
    record Upload(String name, String type, Content content) {
        Upload(String name, String type, byte[] octets) {
            this(name, type, Content.of(octets));
        }
    }

    Page get(String path, String... headers) throws IOException {
        return send(request(path, headers).GET().build());
    }

    Page head(String path) throws IOException {
        return send(request(path).method("HEAD", BodyPublishers.noBody()).build());
    }

    /// Sends a form as the page itself would.
    Page post(String path, Map<String, String> form, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of("Origin", origin));
        all.addAll(List.of(headers));
        return postBare(path, form, all.toArray(String[]::new));
    }

    /// Sends a form with nothing that says where it comes from.
    Page postBare(String path, Map<String, String> form, String... headers) throws IOException {
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) ->
                body.append(body.isEmpty() ? "" : "&")
                        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return send(
                request(path, headers)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build());
    }

    /// Sends a reply form; the fields in the given order, then the files.
    Page reply(String path, List<Map.Entry<String, String>> fields, List<Upload> files)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Map.Entry<String, String> field : fields) {
            write(body, "--xyz\r\nContent-Disposition: form-data; name=\"" + field.getKey());
            write(body, "\"\r\n\r\n" + field.getValue() + "\r\n");
        }
        for (Upload file : files) {
            write(body, "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"");
            write(body, file.name() + "\"\r\nContent-Type: " + file.type() + "\r\n\r\n");
            file.content().writeTo(body);
            write(body, "\r\n");
        }
        write(body, "--xyz--\r\n");
        return send(
                request(path, "Origin", origin)
                        .header("Content-Type", "multipart/form-data; boundary=xyz")
                        .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                        .build());
    }

    byte[] octets(String path) throws IOException {
        try {
            return client.send(request(path).GET().build(), BodyHandlers.ofByteArray()).body();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /// Passes the check and gives the path of the conversation.
    String open(String token, String answer) throws IOException {
        Page opened = post("/open", Map.of("token", token, "answer", answer));
        if (opened.status() != 303) {
            throw new AssertionError("not opened: " + opened.status() + " " + opened.text());
        }
        return opened.field("Location").replaceFirst("[?#].*", "");
    }

    private static void write(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private Page send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Page(response.statusCode(), response.body(), response);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
