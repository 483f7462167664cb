package org.postern.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.policy.Decision;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Decision.Route;
import org.postern.policy.Extras;
import org.postern.policy.Protection;
import org.postern.policy.Ruling;

/// Synthetic envelopes, rulings and contents of any size.
public final class SampleMail {
    public static final Address DOCTOR = Address.of("anna.arzt@clinic.example");
    public static final Address PATIENT = Address.of("p@patient.example");
    public static final Address PARTNER = Address.of("\"odd one\"@partner.example");

    private SampleMail() {}

    /// From the doctor to the given recipients.
    public static Envelope envelope(Address... recipients) {
        return new Envelope(
                new Arrival(
                        Listener.SUBMISSION,
                        "192.0.2.7",
                        DOCTOR,
                        new Arrival.Tls("TLSv1.3", "TLS_X")),
                DOCTOR,
                List.of(recipients));
    }

    /// A ruling with each kind of decision in turn.
    public static Ruling ruling(Envelope envelope) {
        List<Decision> decisions =
                List.of(
                        new Decision.Protect(
                                List.of(
                                        new Protection.Smime(),
                                        new Protection.Tls(),
                                        new Protection.Pickup(Protection.Level.SENSITIVE)),
                                LastResort.HOLD),
                        new Decision.Deliver(Route.INTERNAL),
                        new Decision.Hold("The privacy officer looks at this first."),
                        new Decision.Refuse("Not here."),
                        new Decision.Deliver(Route.UNPROTECTED),
                        new Decision.Protect(
                                List.of(new Protection.Tls()),
                                LastResort.FAIL,
                                new Extras(
                                        Set.of("secure"),
                                        Extras.Signing.DEMANDED,
                                        List.of(DOCTOR),
                                        List.of(DOCTOR),
                                        new Extras.Fetching(
                                                Optional.of(Duration.ofHours(50)),
                                                Optional.of("es")),
                                        new Extras.Added("Above", "Two\nlines"))));
        List<Ruling.ForRecipient> each = new ArrayList<>();
        for (Address recipient : envelope.recipients()) {
            Decision decision = decisions.get(each.size() % decisions.size());
            each.add(new Ruling.ForRecipient(recipient, decision, "rule " + each.size()));
        }
        return new Ruling(each, List.of(), Set.of(envelope.recipients().getFirst()), "");
    }

    /// Octets that look like nothing and are the same for the same seed.
    public static byte[] octets(int size, long seed) {
        byte[] octets = new byte[size];
        new SplittableRandom(seed).nextBytes(octets);
        return octets;
    }

    public static byte[] read(Content content) throws IOException {
        try (InputStream in = content.open()) {
            return in.readAllBytes();
        }
    }
}
