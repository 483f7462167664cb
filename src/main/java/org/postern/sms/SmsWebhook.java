package org.postern.sms;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Hands text messages to the service that sends them: one POST with JSON `{"to", "text"}` for
/// each, with the token as `Authorization: Bearer` (RFC 6750 §2.1). A 2xx is taken for "sent";
/// nothing of the response is read or kept, and no redirect is followed.
public final class SmsWebhook implements AutoCloseable {
    /// At the same time; one more is told to come again.
    private static final int AT_ONCE_MAX = 16;

    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;
    private final Optional<String> token;
    private final Duration deadline;
    private final HttpClient client;
    private final Semaphore places = new Semaphore(AT_ONCE_MAX);

    /// @param url https, or http on this machine
    /// @param token never logged
    /// @param deadline of the whole request
    /// @throws IllegalArgumentException if the address would carry numbers and codes in clear
    public SmsWebhook(URI url, Optional<String> token, Duration deadline) {
        boolean here = LOOPBACK.contains(String.valueOf(url.getHost()));
        if (!"https".equals(url.getScheme()) && !("http".equals(url.getScheme()) && here)) {
            throw new IllegalArgumentException("text messages go over https only");
        }
        this.url = url;
        this.token = token;
        this.deadline = deadline;
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(deadline)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    /// @param number such as `+15550100199`
    /// @throws IOException if the service did not take it within the deadline; the message tells
    ///   neither number nor text
    void send(String number, String text) throws IOException {
        if (!places.tryAcquire()) {
            throw new IOException("too many text messages are being sent");
        }
        try {
            int status =
                    post(
                            JSON.writeValueAsString(
                                    JSON.createObjectNode().put("to", number).put("text", text)));
            if (status < 200 || status > 299) {
                throw new IOException("the service for text messages answered " + status);
            }
        } finally {
            places.release();
        }
    }

    private int post(String body) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url)
                        .timeout(deadline)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request.build(), BodyHandlers.discarding());
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } catch (ExecutionException e) {
            String cause = e.getCause() == null ? "" : e.getCause().getClass().getSimpleName();
            throw new IOException("the service for text messages is not to be had: " + cause, e);
        } catch (TimeoutException e) {
            throw new IOException("the service for text messages was too slow", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("sending a text message was interrupted", e);
        } finally {
            // Ends the request and frees its connection, if it is still under way.
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
