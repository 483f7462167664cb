package org.postern.mtasts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.Domain;
import org.postern.net.HostLookup;
import org.postern.net.PeerProof;
import org.postern.net.TlsClient;
import org.postern.net.TlsTrust;

/// One GET over HTTPS (RFC 9112), as narrow as the task: the host's certificate is verified,
/// nothing redirects, the body is small, and all of it has one deadline.
///
/// The HTTP clients of the JDK look the host up themselves; this one connects to the addresses that
/// were judged, so that a domain cannot have us fetch from the clinic's own network.
public final class HttpsPolicyFetch implements PolicyFetch {
    /// RFC 8461 §3.3: the body is bounded.
    static final int BODY_OCTETS_MAX = 64 * 1024;

    private static final int HEAD_OCTETS_MAX = 16 * 1024;

    private final HostLookup lookup;
    private final TlsTrust trust;
    private final Duration limit;
    private final int port;

    /// @param lookup says to which addresses we may connect
    /// @param limit for all of it; RFC 8461 §3.3 suggests a minute
    /// @param port 443, but for tests
    public HttpsPolicyFetch(HostLookup lookup, TlsTrust trust, Duration limit, int port) {
        this.lookup = lookup;
        this.trust = trust;
        this.limit = limit;
        this.port = port;
    }

    @Override
    public Fetched fetch(Domain domain) {
        String host = "mta-sts." + domain;
        try (Socket socket = new Socket()) {
            FutureTask<Fetched> task = new FutureTask<>(() -> fetch(host, socket));
            Thread.ofVirtual().name("mta-sts").start(task);
            // When the time is over the socket is closed, and with it ends whoever waits for it.
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Fetched.Failed(host + " did not answer in time");
        } catch (ExecutionException | IOException e) {
            return new Fetched.Failed(host + " did not answer as a policy host does");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Fetched.Failed("interrupted");
        }
    }

    private Fetched fetch(String host, Socket socket) throws IOException {
        try {
            InetAddress address = lookup.addresses(host).getFirst();
            socket.connect(new InetSocketAddress(address, port));
        } catch (IOException e) {
            return new Fetched.Failed(host + " was not reached: " + e.getMessage());
        }
        PeerProof proof = new PeerProof.Path(trust, Proof.MTA_STS);
        return switch (TlsClient.verified(socket, host, proof)) {
            case TlsClient.Handshake.Broken(String reason) ->
                    new Fetched.Failed(host + " did not prove itself: " + reason);
            case TlsClient.Handshake.Established(SSLSocket tls, _) -> exchange(host, tls);
        };
    }

    private static Fetched exchange(String host, SSLSocket tls) throws IOException {
        String request =
                "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: "
                        + host
                        + "\r\nUser-Agent: postern\r\nAccept: text/plain"
                        + "\r\nConnection: close\r\n\r\n";
        tls.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        tls.getOutputStream().flush();
        InputStream in = new java.io.BufferedInputStream(tls.getInputStream());
        HeadReader head = new HeadReader(in, HEAD_OCTETS_MAX);
        String status = head.line();
        if (!status.matches("HTTP/1\\.[01] 200( .*)?")) {
            // RFC 8461 §3.3: 3xx is not followed.
            return new Fetched.Failed(host + " answered " + status.replaceAll("[^ -~]", "?"));
        }
        Map<String, String> fields = new HashMap<>();
        for (String line = head.line(); !line.isEmpty(); line = head.line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        String type = fields.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        if (!type.matches("text/plain([ ;].*)?")) {
            return new Fetched.Failed(host + " answered with another type than text/plain");
        }
        return body(host, in, fields);
    }

    private static Fetched body(String host, InputStream in, Map<String, String> fields)
            throws IOException {
        byte[] octets;
        if (fields.containsKey("transfer-encoding")) {
            if (!fields.get("transfer-encoding").equalsIgnoreCase("chunked")) {
                return new Fetched.Failed(host + " answered in an unknown coding");
            }
            octets = chunks(in);
        } else if (fields.containsKey("content-length")) {
            String length = fields.get("content-length");
            if (!length.matches("[0-9]{1,9}") || Integer.parseInt(length) > BODY_OCTETS_MAX) {
                return new Fetched.Failed(host + " announced too long a policy");
            }
            octets = in.readNBytes(Integer.parseInt(length));
            if (octets.length < Integer.parseInt(length)) {
                return new Fetched.Failed(host + " closed within the policy");
            }
        } else {
            octets = in.readNBytes(BODY_OCTETS_MAX + 1);
        }
        return octets.length > BODY_OCTETS_MAX
                ? new Fetched.Failed(host + " sent more than " + BODY_OCTETS_MAX + " octets")
                : new Fetched.Body(new String(octets, StandardCharsets.UTF_8));
    }

    /// RFC 9112 §7.1; one octet more than allowed is enough to know.
    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        HeadReader sizes = new HeadReader(in, HEAD_OCTETS_MAX);
        while (body.size() <= BODY_OCTETS_MAX) {
            String size = sizes.line().split(";", 2)[0].strip();
            if (!size.matches("[0-9A-Fa-f]{1,6}")) {
                throw new IOException("not a chunk");
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                return body.toByteArray();
            }
            byte[] chunk = in.readNBytes(Math.min(length, BODY_OCTETS_MAX + 1));
            body.write(chunk);
            if (chunk.length < length) {
                if (chunk.length <= BODY_OCTETS_MAX) {
                    throw new IOException("closed within a chunk");
                }
                break;
            }
            if (!sizes.line().isEmpty()) {
                throw new IOException("not the end of a chunk");
            }
        }
        return body.toByteArray();
    }

    /// Lines of a head, of which all together have a limit.
    private static final class HeadReader {
        private final InputStream in;
        private int left;

        HeadReader(InputStream in, int octetsMax) {
            this.in = in;
            this.left = octetsMax;
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (left-- > 0) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("closed within the head");
                }
                if (octet == '\n') {
                    int end = line.length();
                    boolean cr = end > 0 && line.charAt(end - 1) == '\r';
                    return line.substring(0, cr ? end - 1 : end);
                }
                line.append((char) octet);
            }
            throw new IOException("the head is too long");
        }
    }
}
