package org.postern.torture;

/// A moment that a peer of the gateway sees, at which the gateway can be killed.
enum Moment {
    /// A client has sent half of its message.
    HALF_SENT,
    /// A client has sent the final dot.
    DOT_SENT,
    /// The reply to the final dot lies in the client's socket, unread.
    REPLY_UNREAD,
    /// A connection has come to a sink.
    CONNECTED,
    /// A sink has answered MAIL.
    MAIL_TAKEN,
    /// A sink has answered the second RCPT of a transaction.
    SECOND_RCPT,
    /// A sink has half of an encrypted message.
    HALF_ENCRYPTED,
    /// A sink has taken a message and not answered.
    DOT_TAKEN,
    /// A sink has answered the final dot.
    DOT_ANSWERED
}
