package org.postern.mail;

/// The door through which a message came in.
public enum Listener {
    /// A clinician's client, authenticated (RFC 6409).
    SUBMISSION,
    /// The clinic's own mail server, known by its network.
    RELAY,
    /// Any server of the world, for the clinic's own domains only.
    INBOUND,
    /// The patient's page.
    PICKUP,
    /// The gateway itself: notices, codes and reports.
    GATEWAY
}
