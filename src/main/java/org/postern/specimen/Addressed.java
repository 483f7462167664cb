package org.postern.specimen;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mime.DisplayAddress;
import org.postern.mime.HeaderSection;

/// The envelope that a message without one is likely to have had: as its own header section says.
/// In real mail the envelope decides, which may name others.
public final class Addressed {
    /// Where it is taken to come from.
    private static final String PEER = "127.0.0.1";

    private static final Arrival.Tls TLS = new Arrival.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384");

    private Addressed() {}

    /// The mailboxes of From.
    public static List<Address> authors(HeaderSection header) {
        return named(header, "From");
    }

    /// Everybody whom the message names as a recipient.
    public static List<Address> recipients(HeaderSection header) {
        return named(header, "To", "Cc", "Bcc");
    }

    /// @param loggedIn who did, where somebody has to
    /// @param recipients at least one; those that are named twice count once
    public static Envelope envelope(
            Listener listener,
            @Nullable Address reversePath,
            @Nullable Address loggedIn,
            List<Address> recipients) {
        Map<String, Address> once = new LinkedHashMap<>();
        recipients.forEach(each -> once.putIfAbsent(each.key(), each));
        @Nullable Address authenticated = listener == Listener.SUBMISSION ? loggedIn : null;
        Arrival arrival = new Arrival(listener, PEER, authenticated, TLS);
        return new Envelope(arrival, reversePath, List.copyOf(once.values()));
    }

    private static List<Address> named(HeaderSection header, String... fields) {
        return Stream.of(fields)
                .flatMap(name -> header.all(name).stream())
                .flatMap(field -> DisplayAddress.list(field.body()).stream())
                .flatMap(shown -> shown.mailbox().stream())
                .toList();
    }
}
