package org.postern.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.mail.ContentWriter;
import org.postern.mail.Options;
import org.postern.mail.Reply;

/// What a server offers in its answer to EHLO: RFC 5321 §4.1.1.1.
record Extensions(Map<String, String> offered) {
    /// What an answer to HELO offers.
    static final Extensions NONE = new Extensions(Map.of());

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    Extensions {
        offered = Map.copyOf(offered);
    }

    /// @param lines of the reply; the first is the greeting and offers nothing
    static Extensions of(List<String> lines) {
        Map<String, String> offered = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.strip().split("\\s+", 2);
            offered.put(
                    words[0].toUpperCase(Locale.ROOT),
                    words.length > 1 ? words[1].toUpperCase(Locale.ROOT) : "");
        }
        return new Extensions(offered);
    }

    /// RFC 2920.
    boolean pipelining() {
        return offered.containsKey("PIPELINING");
    }

    /// RFC 6152.
    boolean eightBit() {
        return offered.containsKey("8BITMIME");
    }

    /// RFC 3207.
    boolean startTls() {
        return offered.containsKey("STARTTLS");
    }

    /// RFC 1870.
    boolean size() {
        return offered.containsKey("SIZE");
    }

    /// The largest message that the server says it takes; RFC 1870 §4: none or 0 sets no limit.
    long sizeMax() {
        String limit = offered.getOrDefault("SIZE", "");
        if (!NUMBER.matcher(limit).matches() || Long.parseLong(limit) == 0) {
            return Long.MAX_VALUE;
        }
        return Long.parseLong(limit);
    }

    /// RFC 6531 §3.1.
    boolean smtpUtf8() {
        return offered.containsKey("SMTPUTF8");
    }

    /// RFC 3461 §3.
    boolean dsn() {
        return offered.containsKey("DSN");
    }

    /// RFC 8689 §2.
    boolean requireTls() {
        return offered.containsKey("REQUIRETLS");
    }

    /// Why a server that offers no more than this must not get the mail; empty if it may.
    ///
    /// @param proved whether the connection's TLS is proved
    Optional<Reply> lacking(Relay.Mail mail, boolean proved) {
        // RFC 8689 §4.2.1: before a single octet of the message leaves.
        if (mail.options().requireTls() && !(proved && requireTls())) {
            String text = "the next hop does not offer REQUIRETLS";
            return Optional.of(new Reply(550, Relay.REQUIRETLS_LACKING, text));
        }
        // RFC 6531 §3.2: nothing is re-encoded; the address would be another one.
        if (!smtpUtf8() && needsUtf8(mail)) {
            return Optional.of(
                    new Reply(
                            550,
                            "5.6.7",
                            "the message needs SMTPUTF8, which the next hop does not offer"));
        }
        return Optional.empty();
    }

    /// The parameters of MAIL, each with a space before it.
    String mailParameters(Relay.Mail mail) {
        StringBuilder parameters = new StringBuilder();
        if (size()) {
            mail.content().octets().ifPresent(it -> parameters.append(" SIZE=").append(it));
        }
        // Whether there are 8-bit octets is known only at the end. The word permits them and does
        // not demand them (RFC 6152 §2).
        if (eightBit()) {
            parameters.append(" BODY=8BITMIME");
        }
        if (smtpUtf8() && (mail.options().smtpUtf8() || hasUtf8Address(mail))) {
            parameters.append(" SMTPUTF8");
        }
        if (mail.options().requireTls()) {
            parameters.append(" REQUIRETLS");
        }
        Options.Reports reports = mail.options().reports();
        if (dsn() && reports.ret() != null) {
            parameters.append(" RET=").append(reports.ret());
        }
        if (dsn() && reports.envid() != null) {
            parameters.append(" ENVID=").append(xtext(reports.envid()));
        }
        return parameters.toString();
    }

    /// The parameters of RCPT, as RFC 3461 §5.2.1 hands them on.
    String rcptParameters(Options.Reports reports, Address recipient) {
        Options.Recipient wish = reports.of(recipient);
        StringBuilder parameters = new StringBuilder();
        if (dsn() && reports.recipients().containsKey(recipient)) {
            parameters.append(" NOTIFY=").append(notify(wish));
        }
        if (dsn() && wish.orcpt() != null) {
            int type = wish.orcpt().indexOf(';') + 1;
            parameters
                    .append(" ORCPT=")
                    .append(wish.orcpt(), 0, type)
                    .append(xtext(wish.orcpt().substring(type)));
        }
        return parameters.toString();
    }

    private static String notify(Options.Recipient wish) {
        List<String> words =
                Stream.of(Options.Notify.values()).filter(wish::wants).map(Enum::name).toList();
        return words.isEmpty() ? "NEVER" : String.join(",", words);
    }

    /// RFC 3461 §4: what could end the parameter or the line is written in hexadecimal.
    private static String xtext(String text) {
        StringBuilder xtext = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = octet > 0x20 && octet < 0x7F && octet != '+' && octet != '=';
            xtext.append(plain ? String.valueOf((char) octet) : "+%02X".formatted(octet & 0xFF));
        }
        return xtext.toString();
    }

    /// Some clients say SMTPUTF8 whenever it is offered, so the word alone decides nothing.
    private static boolean needsUtf8(Relay.Mail mail) {
        return hasUtf8Address(mail)
                || (mail.options().smtpUtf8() && HeaderProbe.finds8Bit(mail.content()));
    }

    /// Reads a content up to the end of its header section and looks for octets above 127.
    private static final class HeaderProbe extends OutputStream {
        private boolean found;
        private boolean ended;
        private int last = '\n';

        /// A content that cannot be read holds nothing that this finds: it fails when it is sent.
        static boolean finds8Bit(ContentWriter content) {
            HeaderProbe probe = new HeaderProbe();
            try {
                content.writeTo(probe);
            } catch (IOException e) {
                // Most often our own word that enough was read.
            }
            return probe.found;
        }

        @Override
        public void write(int octet) throws IOException {
            if (ended) {
                throw new IOException("the header section is read");
            }
            found |= (octet & 0x80) != 0;
            ended = octet == '\n' && last == '\n';
            last = octet == '\r' ? last : octet;
        }
    }

    private static boolean hasUtf8Address(Relay.Mail mail) {
        return Stream.concat(Stream.ofNullable(mail.reversePath()), mail.recipients().stream())
                .anyMatch(address -> address.toString().chars().anyMatch(c -> c > 0x7E));
    }

    /// RFC 4954 §3.
    boolean authPlain() {
        return List.of(offered.getOrDefault("AUTH", "").split(" ")).contains("PLAIN");
    }
}
