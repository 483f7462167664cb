package org.postern.mail;

/// Where every edge hands its messages in: the gateway's half of the end of DATA.
@FunctionalInterface
public interface Reception {
    /// Inspects, rules, and either refuses or makes the message durable.
    ///
    /// A positive reply is the promise of RFC 5321 §4.5.4: the message, its envelope and its ruling
    /// are on disk, synced, when it is returned. Any other reply leaves nothing behind. It does not
    /// throw for a full or broken disk: that is a 4xx reply.
    ///
    /// @param draft finished or not; the caller closes it, whatever the reply
    Reply receive(Envelope envelope, Draft draft);
}
