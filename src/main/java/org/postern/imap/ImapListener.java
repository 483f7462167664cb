package org.postern.imap;

import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.postern.mail.Domain;
import org.postern.net.TlsMaterial;

/// The settings of one door for mail programs that read.
///
/// @param bind address and port; port 0 takes a free one
/// @param hostname how the gateway calls itself in the greeting
/// @param tls asked for each handshake, so that a renewed certificate is used at once
public record ImapListener(
        Kind kind,
        InetSocketAddress bind,
        Domain hostname,
        ImapLimits limits,
        Supplier<TlsMaterial> tls) {
    /// How TLS begins.
    public enum Kind {
        /// By STARTTLS; nobody logs in before it.
        IMAP,
        /// With the first octet: RFC 8314 §3.2.
        IMAPS
    }
}
