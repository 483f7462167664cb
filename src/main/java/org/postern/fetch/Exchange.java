package org.postern.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.postern.fetch.Question.Posted;

/// One request and its answer in HTTP/1.1 (RFC 9112), as narrow as the task.
final class Exchange {
    private static final int HEAD_OCTETS_MAX = 16 * 1_024;
    private static final int CODE_BEGIN = "HTTP/1.1 ".length();

    private final String host;
    private final int octetsMax;

    Exchange(String host, int octetsMax) {
        this.host = host;
        this.octetsMax = octetsMax;
    }

    /// @param authority the host and, unless it is the usual one, the port
    static byte[] request(Question question, String authority) {
        Posted posted = question.posted();
        String head =
                (posted == null ? "GET " : "POST ")
                        + path(question.uri())
                        + " HTTP/1.1\r\nHost: "
                        + authority
                        + "\r\nUser-Agent: postern\r\nAccept: "
                        + question.accept()
                        + (posted == null
                                ? ""
                                : "\r\nContent-Type: "
                                        + posted.type()
                                        + "\r\nContent-Length: "
                                        + posted.octets().length)
                        + "\r\nConnection: close\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(US_ASCII));
        if (posted != null) {
            request.writeBytes(posted.octets());
        }
        return request.toByteArray();
    }

    /// RFC 9112 §3.2.1.
    private static String path(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath();
        String query = ascii.getRawQuery();
        return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
    }

    Fetched answer(InputStream in) throws IOException {
        HeadReader head = new HeadReader(in, HEAD_OCTETS_MAX);
        String status = head.line();
        if (!status.matches("HTTP/1\\.[01] 200( .*)?")) {
            // What is moved is not followed: the new place was named by nobody we trust.
            return new Fetched.Failed(host + " answered " + code(status));
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
        if (!fields.getOrDefault("content-encoding", "identity").equalsIgnoreCase("identity")) {
            // A small body could be a large one.
            return new Fetched.Failed(host + " answered in an unknown coding");
        }
        return body(in, fields);
    }

    /// The three digits: the rest of the line is a stranger's text, and people read this.
    private static String code(String status) {
        return status.matches("HTTP/1\\.[01] [0-9]{3}( .*)?")
                ? status.substring(CODE_BEGIN, CODE_BEGIN + 3)
                : "something that is not HTTP";
    }

    private Fetched body(InputStream in, Map<String, String> fields) throws IOException {
        byte[] octets;
        if (fields.containsKey("transfer-encoding")) {
            if (!fields.get("transfer-encoding").equalsIgnoreCase("chunked")) {
                return new Fetched.Failed(host + " answered in an unknown coding");
            }
            octets = chunks(in);
        } else if (fields.containsKey("content-length")) {
            String length = fields.get("content-length");
            if (!length.matches("[0-9]{1,9}") || Integer.parseInt(length) > octetsMax) {
                return new Fetched.Failed(host + " announced too long a body");
            }
            octets = in.readNBytes(Integer.parseInt(length));
            if (octets.length < Integer.parseInt(length)) {
                return new Fetched.Failed(host + " closed within the body");
            }
        } else {
            octets = in.readNBytes(octetsMax + 1);
        }
        return octets.length > octetsMax
                ? new Fetched.Failed(host + " sent more than " + octetsMax + " octets")
                : new Fetched.Body(
                        fields.getOrDefault("content-type", "").toLowerCase(Locale.ROOT), octets);
    }

    /// RFC 9112 §7.1; one octet more than allowed is enough to know.
    private byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (body.size() <= octetsMax) {
            String size = new HeadReader(in, HEAD_OCTETS_MAX).line().split(";", 2)[0].strip();
            if (!size.matches("[0-9A-Fa-f]{1,7}")) {
                throw new IOException("not a chunk");
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                return body.toByteArray();
            }
            int room = octetsMax + 1 - body.size();
            byte[] chunk = in.readNBytes(Math.min(length, room));
            body.write(chunk);
            if (chunk.length < Math.min(length, room)) {
                throw new IOException("closed within a chunk");
            }
            if (chunk.length < length) {
                break;
            }
            if (!new HeadReader(in, HEAD_OCTETS_MAX).line().isEmpty()) {
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
