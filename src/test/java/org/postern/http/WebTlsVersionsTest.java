package org.postern.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.postern.net.TlsMaterial;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;
import org.postern.testkit.TlsOffers;

/// S30: what a browser of old can agree on with the pages.
class WebTlsVersionsTest {
    private static final class NoPages implements WebSite {
        @Override
        public Router router() {
            return new Router();
        }

        @Override
        public WebResponse failure(int status, WebRequest request) {
            return WebResponse.html(status, "<p>failure</p>");
        }
    }

    @Test
    void onlyTls12AndTls13AreSpoken() throws Exception {
        TlsMaterial material = TestTls.server(TestAuthority.create().server("localhost"));
        WebSettings settings =
                new WebSettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        URI.create("https://localhost:0"),
                        WebSettings.Tls.of(() -> material));
        try (WebServer server = new WebServer(settings, new NoPages())) {
            server.start();
            TlsOffers.assertOnlyTls12And13(server.port(), "");
        }
    }
}
