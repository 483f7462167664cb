package org.postern.acme;

import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLContext;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/// How acme4j reaches an authority for one errand: by TLS that those vouch for whom the
/// configuration names, led elsewhere by nobody, and closed with the errand.
final class Connections extends GenericAcmeProvider implements AutoCloseable {
    private final SSLContext tls;
    private final Deque<HttpClient> open = new ArrayDeque<>();

    Connections(SSLContext tls) {
        this.tls = tls;
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(tls)
                        .followRedirects(Redirect.NEVER)
                        .connectTimeout(settings.getTimeout())
                        .build();
        open.push(client);
        return client;
    }

    @Override
    public void close() {
        open.forEach(HttpClient::shutdownNow);
    }
}
