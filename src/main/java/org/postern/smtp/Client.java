package org.postern.smtp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.command.Extension;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.net.PerSource;
import org.postern.sasl.Authenticator;
import org.postern.sasl.ScramDialogue;

/// What is known of the client of a session, which is all that the session remembers of its
/// commands outside a transaction. Going over to TLS makes a new one, so nothing that was learned
/// in clear survives (RFC 3207 §4.2).
///
/// @param helo what it calls itself, made harmless; null before EHLO or HELO
/// @param extended whether it said EHLO
/// @param tls what was negotiated; null in clear
/// @param account who logged in; null if nobody has
record Client(
        InetAddress address,
        @Nullable String helo,
        boolean extended,
        Arrival.@Nullable Tls tls,
        Authenticator.@Nullable Account account) {
    /// What the trace field says of the gateway's own side.
    ///
    /// @param smtpUtf8 whether the transaction asked for SMTPUTF8
    record Hop(Domain hostname, boolean smtpUtf8) {}

    private static final String SCRAM = " " + ScramDialogue.MECHANISM;
    private static final String TOKENS = " OAUTHBEARER XOAUTH2";

    private static final int HELO_OCTETS_MAX = 255;
    private static final String HELO_SPECIALS = ".-_:[]";

    /// RFC 5322 §3.3; the zone is UTC, which tells nothing about the place.
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

    /// One that has said nothing yet.
    static Client stranger(InetAddress address) {
        return new Client(address, null, false, null, null);
    }

    /// The same peer behind TLS, of which nothing else is known.
    Client secured(Arrival.Tls negotiated) {
        return new Client(address, null, false, negotiated, null);
    }

    /// Remembers what the client calls itself, which nothing may rest on.
    Client greeted(String name, boolean byEhlo) {
        return new Client(address, harmless(name), byEhlo, tls, account);
    }

    Client authenticated(Authenticator.Account who) {
        return new Client(address, helo, extended, tls, who);
    }

    /// What it may use now. A client that said HELO uses no extension at all (RFC 5321 §4.1.1.1).
    Set<Extension> offers(SmtpListener listener) {
        if (!extended) {
            return Set.of();
        }
        Set<Extension> offered =
                EnumSet.of(
                        Extension.PIPELINING,
                        Extension.SIZE,
                        Extension.EIGHT_BIT,
                        Extension.STATUS_CODES,
                        Extension.DSN,
                        Extension.SMTPUTF8,
                        Extension.CHUNKING);
        if (tls == null) {
            if (listener.tls() != null) {
                offered.add(Extension.STARTTLS);
            }
        } else {
            // RFC 8689 §4.1: not before TLS.
            offered.add(Extension.REQUIRETLS);
            if (listener.kind().isSubmission()) {
                offered.add(Extension.AUTH);
            }
        }
        return offered;
    }

    /// What is said to its EHLO or HELO: who we are, and what it may use.
    List<String> ehloLines(SmtpServer.Parts parts) {
        List<String> lines = new ArrayList<>();
        lines.add(parts.listener().hostname().name());
        offers(parts.listener()).forEach(extension -> lines.add(ehloLine(extension, parts)));
        return lines;
    }

    private static String ehloLine(Extension extension, SmtpServer.Parts parts) {
        return switch (extension) {
            case SIZE -> extension.keyword() + " " + parts.listener().limits().messageOctets();
            case AUTH ->
                    extension.keyword()
                            + " PLAIN LOGIN"
                            + parts.logins().scram().map(_ -> SCRAM).orElse("")
                            + parts.logins().bearer().map(_ -> TOKENS).orElse("");
            case PIPELINING,
                    EIGHT_BIT,
                    STATUS_CODES,
                    DSN,
                    SMTPUTF8,
                    CHUNKING,
                    REQUIRETLS,
                    STARTTLS ->
                    extension.keyword();
        };
    }

    /// The peer's address without the scope of a link-local one.
    String addressText() {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /// One word for the peer, by which it is counted.
    String source() {
        return PerSource.of(address);
    }

    Arrival arrival(Listener listener) {
        Address who = account == null ? null : account.address();
        return new Arrival(listener, addressText(), helo, who, tls);
    }

    /// The trace field that stands before everything else: RFC 5321 §4.4. It has no `for` clause,
    /// because the recipient named there might be a blind one.
    byte[] traceField(Hop hop, QueueId id, Instant now) {
        String literal = address instanceof Inet6Address ? "IPv6:" + addressText() : addressText();
        String date = DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
        String from = "Received: from " + helo + " ([" + literal + "])\r\n";
        String with = " (Postern) with " + protocol(hop.smtpUtf8());
        String by = "\tby " + hop.hostname() + with + " id " + id + ";\r\n";
        String field = from + by + "\t" + date + "\r\n";
        return field.getBytes(StandardCharsets.US_ASCII);
    }

    /// The word of RFC 3848, or of RFC 6531 §4.3 where SMTPUTF8 was used.
    private String protocol(boolean smtpUtf8) {
        if (!extended) {
            return "SMTP";
        }
        String used = smtpUtf8 ? "UTF8SMTP" : "ESMTP";
        return used + (tls == null ? "" : "S") + (account == null ? "" : "A");
    }

    private static String harmless(String name) {
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < name.length() && i < HELO_OCTETS_MAX; i++) {
            char c = name.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || HELO_SPECIALS.indexOf(c) >= 0;
            kept.append(allowed ? c : '?');
        }
        return kept.toString();
    }
}
