package org.postern.torture;

import java.util.List;
import java.util.SplittableRandom;
import org.postern.auditor.Way;

/// The kinds of messages that clients send, each with its recipients.
enum Kind {
    COLLEAGUE(22, "staff-#@mapleclinic.example"),
    NEWS(8, "reader-#@public.example"),
    PARTNER(14, Way.PARTNER),
    PROVED(12, "doctor-#@tlspartner.example"),
    PATIENT(16, "patient-#@homemail.example"),
    SEVERAL(
            8,
            "staff-#@mapleclinic.example",
            "nurse-#@mapleclinic.example",
            "reader-#@public.example"),
    PROTECTED_SEVERAL(8, Way.PARTNER, "patient-#@homemail.example", "doctor-#@tlspartner.example"),
    /// One transaction that the next hop answers 250, 550 and 450.
    MIXED_REPLIES(
            3,
            "staff-#@mapleclinic.example",
            "refused-#@mapleclinic.example",
            "later-#@mapleclinic.example"),
    FAILING(3, "refused-#@mapleclinic.example"),
    FAILING_PROTECTED(2, "refused-#@tlspartner.example"),
    REFUSED(3, "somebody-#@refused.example"),
    HELD(1, "somebody-#@held.example"),
    /// Larger than what a draft keeps in memory. Some of the other kinds are so by chance.
    LARGE(0, "staff-#@mapleclinic.example");

    private final int weight;
    private final String recipients;

    Kind(int weight, String... recipients) {
        this.weight = weight;
        this.recipients = String.join(" ", recipients);
    }

    /// The recipients of the message of this number: only the partner is the same in all.
    List<String> recipients(int number) {
        return List.of(recipients.replace("#", Integer.toString(number)).split(" ", -1));
    }

    /// Whether nobody may see the content on a plaintext socket.
    boolean isProtected() {
        return recipients(0).stream().noneMatch(each -> Way.of(each).isOpen()) && this != FAILING;
    }

    static Kind any(SplittableRandom random) {
        int all = 0;
        for (Kind kind : values()) {
            all += kind.weight;
        }
        int left = random.nextInt(all);
        for (Kind kind : values()) {
            left -= kind.weight;
            if (left < 0) {
                return kind;
            }
        }
        throw new AssertionError("the weights do not add up");
    }
}
