package org.postern.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// A service that takes text messages and keeps them, or fails as told.
public final class FakeSms implements AutoCloseable {
    private final HttpServer server;
    private final List<JsonNode> taken = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile int status = 202;
    private volatile boolean silent;

    public FakeSms() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/send", this::answer);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode message = new ObjectMapper().readTree(exchange.getRequestBody());
        tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        if (silent) {
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (status / 100 == 2) {
            taken.add(message);
        }
        if (status / 100 == 3) {
            exchange.getResponseHeaders().add("Location", "/send");
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/send");
    }

    /// What the next ones are answered with.
    public void answers(int code) {
        status = code;
    }

    /// From now on it takes requests and answers nothing.
    public void falls() {
        silent = true;
    }

    public List<JsonNode> taken() {
        return List.copyOf(taken);
    }

    /// The Authorization fields that came.
    public List<String> tokens() {
        return List.copyOf(tokens);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }
}
