package org.postern.auditor;

/// What has to become of a recipient, by the rules that a torture run adds to the shipped policy.
/// The address alone says it, so that driver and auditor need no other word about a message.
public enum Way {
    /// As it is, to the clinic's own server.
    INTERNAL,
    /// As it is, to the world: the rule says that it is public.
    PUBLIC,
    /// Encrypted to the partner's certificate.
    SMIME,
    /// Over TLS to a partner's server that proved itself.
    TLS,
    /// Kept in the secure mailbox, with a notice.
    PICKUP,
    /// Kept in the queue for a person.
    HELD,
    /// Refused by the next hop, so that the author gets a report.
    FAILED,
    /// Refused by the policy before the 250.
    REFUSED;

    /// The rules before those of the shipped policy.
    public static final String RULES =
            """
              - name: public news
                when: { recipient: { domain: public.example } }
                then: { deliver: unprotected }
              - name: nobody writes there
                when: { recipient: { domain: refused.example } }
                then: { refuse: "Nobody writes there." }
              - name: looked at first
                when: { recipient: { domain: held.example } }
                then: { hold: "Looked at first." }
              - name: proved partner
                when: { recipient: { domain: tlspartner.example } }
                then: { protect: [tls], otherwise: hold }
            """;

    /// The one partner whose certificate is known.
    public static final String PARTNER = "chidi.obi@stmary.example";

    /// Whom all mail is from, and all reports go to.
    public static final String AUTHOR = "anna.reyes@mapleclinic.example";

    /// Local parts that a next hop refuses for good.
    public static final String REFUSED_PREFIX = "refused-";

    /// Local parts that a next hop defers once.
    public static final String LATER_PREFIX = "later-";

    /// What has to become of this recipient.
    public static Way of(String recipient) {
        if (recipient.startsWith(REFUSED_PREFIX)) {
            return FAILED;
        }
        return switch (recipient.substring(recipient.indexOf('@') + 1)) {
            case "mapleclinic.example" -> INTERNAL;
            case "public.example" -> PUBLIC;
            case "stmary.example" -> SMIME;
            case "tlspartner.example" -> TLS;
            case "homemail.example" -> PICKUP;
            case "held.example" -> HELD;
            case "refused.example" -> REFUSED;
            default -> throw new IllegalArgumentException("no way for " + recipient);
        };
    }

    /// Whether the content may be seen by whoever listens.
    public boolean isOpen() {
        return this == INTERNAL || this == PUBLIC;
    }
}
