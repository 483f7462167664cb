package org.postern.mtasts;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.postern.fetch.Fetcher;
import org.postern.fetch.Question;
import org.postern.mail.Domain;
import org.postern.net.HostLookup;
import org.postern.net.TlsTrust;

/// Gets a domain's policy from its policy host, whose certificate is verified: RFC 8461 §3.3.
public final class HttpsPolicyFetch implements PolicyFetch {
    /// RFC 8461 §3.3: the body is bounded.
    static final int BODY_OCTETS_MAX = 64 * 1024;

    private static final int HTTPS = 443;

    private final Fetcher fetcher;
    private final Question.Limits limits;
    private final int port;

    /// @param lookup says to which addresses we may connect
    /// @param limit for all of it; RFC 8461 §3.3 suggests a minute
    /// @param port 443, but for tests
    public HttpsPolicyFetch(HostLookup lookup, TlsTrust trust, Duration limit, int port) {
        this.fetcher = new Fetcher(lookup, trust, Set.of(port));
        this.limits = new Question.Limits(BODY_OCTETS_MAX, limit);
        this.port = port;
    }

    @Override
    public Fetched fetch(Domain domain) {
        String host = "mta-sts." + domain;
        String authority = port == HTTPS ? host : host + ":" + port;
        URI uri = URI.create("https://" + authority + "/.well-known/mta-sts.txt");
        return switch (fetcher.ask(Question.get(uri, "text/plain", limits))) {
            case org.postern.fetch.Fetched.Failed(String reason) -> new Fetched.Failed(reason);
            case org.postern.fetch.Fetched.Body(String type, byte[] octets) ->
                    type.matches("text/plain([ ;].*)?")
                            ? new Fetched.Body(new String(octets, StandardCharsets.UTF_8))
                            : new Fetched.Failed(
                                    host + " answered with another type than text/plain");
        };
    }
}
