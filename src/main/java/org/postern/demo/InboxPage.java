package org.postern.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import org.postern.demo.InboxMail.Shown;

/// A stand-in for the mail programs of the demo's people: a small page for each, on loopback, that
/// shows what arrived in the outside world. It is no part of the gateway.
final class InboxPage implements AutoCloseable {
    private final HttpServer server;
    private final OutsideWorld world;

    private InboxPage(HttpServer server, OutsideWorld world) {
        this.server = server;
        this.world = world;
    }

    static InboxPage start(OutsideWorld world) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        InboxPage page = new InboxPage(server, world);
        server.createContext("/", page::serve);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return page;
    }

    /// Where a person's inbox is shown.
    String url(Person person) {
        return "http://localhost:" + server.getAddress().getPort() + path(person);
    }

    private static String path(Person person) {
        return "/" + person.role();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Person person =
                    Person.ALL.stream()
                            .filter(candidate -> path(candidate).equals(path))
                            .findFirst()
                            .orElse(Person.PATIENT);
            byte[] page = page(person).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    private String page(Person person) throws IOException {
        StringBuilder mails = new StringBuilder();
        try {
            List<byte[]> inbox = world.inbox(person);
            for (byte[] message : inbox.reversed()) {
                mails.append(mail(InboxMail.show(message)));
            }
            if (inbox.isEmpty()) {
                mails.append("<p>Nothing has arrived yet. Reload in a moment.</p>");
            }
        } catch (MessagingException e) {
            mails.append("<p>The mailbox cannot be read now. Reload in a moment.</p>");
        }
        StringBuilder people = new StringBuilder();
        for (Person other : Person.ALL) {
            String current = other == person ? " aria-current=\"page\"" : "";
            people.append(
                    "<a href=\"%s\"%s>%s</a>"
                            .formatted(path(other), current, escape(other.fullName())));
        }
        return PAGE.formatted(
                escape(person.fullName()), people, escape(person.address().toString()), mails);
    }

    private static String mail(Shown mail) {
        String body =
                mail.html().isEmpty()
                        ? "<pre>" + escape(mail.text()) + "</pre>"
                        : FRAME.formatted(escape("<base target=\"_blank\">" + mail.html()));
        return "<article><h2>%s</h2><p>From %s</p>%s</article>"
                .formatted(escape(mail.subject()), escape(mail.from()), body);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static final String FRAME =
            """
            <iframe sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="%s"
                title="message"></iframe>
            """;

    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Demo inbox of %s</title>
            <style>
              :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
              body { margin: 0 auto; max-width: 44rem; padding: 1rem; }
              nav { display: flex; gap: 1rem; flex-wrap: wrap; margin-bottom: 1rem; }
              nav a[aria-current] { font-weight: 700; text-decoration: none; color: inherit; }
              article { border: 1px solid #8886; border-radius: .75rem; padding: 1rem; }
              article { margin: 1rem 0; }
              h1 { font-size: 1.25rem; overflow-wrap: anywhere; }
              h2 { font-size: 1.1rem; margin: 0; }
              p { margin: .25rem 0 .75rem; }
              pre { white-space: pre-wrap; overflow-wrap: anywhere; }
              iframe { width: 100%%; height: 36rem; border: 0; background: #fff; }
            </style>
            <nav>%s</nav>
            <h1>Mailbox of %s</h1>
            <p>This page stands for an ordinary mail program. Reload it to look for new mail.</p>
            %s
            </html>
            """;
}
