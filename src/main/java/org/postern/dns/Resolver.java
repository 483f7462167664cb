package org.postern.dns;

import java.net.InetAddress;
import org.postern.net.TlsaRecord;

/// Asks the domain name system. A call blocks until there is an answer or its deadline has passed;
/// it never throws for what the network does. Aliases (CNAME) are followed, boundedly.
///
/// Names are written as in a file of ours: A-labels, no trailing dot. All methods may be called by
/// many threads at once.
public interface Resolver {
    /// The hosts that take a domain's mail, in no order.
    Answer<MxRecord> mx(String domain);

    /// The addresses of a host, IPv4 before IPv6.
    ///
    /// What one family answers counts where the other one is in doubt: many name servers fail at
    /// AAAA. Without an address of either family the doubt counts.
    Answer<InetAddress> addresses(String host);

    /// The texts of a name, the strings of each record joined (RFC 7208 §3.3), a char for each
    /// octet.
    Answer<String> txt(String name);

    /// What is published about the certificate of a service, such as `_25._tcp.mx.example`.
    Answer<TlsaRecord> tlsa(String name);

    /// What is published about somebody's S/MIME certificate (RFC 8162), in the same form.
    Answer<TlsaRecord> smimea(String name);
}
