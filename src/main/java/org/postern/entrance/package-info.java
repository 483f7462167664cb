/// The beginning of an IMAP session at the clinic's own server: the connection, proved TLS, what
/// the server offers, and the log-in. RFC 9051 §6.1, §6.2. It may use `net`.
@NullMarked
package org.postern.entrance;

import org.jspecify.annotations.NullMarked;
