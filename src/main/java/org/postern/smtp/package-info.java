/// The SMTP server edge: submission, relay and inbound listeners, from the accepted socket to the
/// reply after the final dot. RFC 5321, 6409, 8314, 3207, 4954, 2920, 3030, 2034. It may use
/// `mail`, `allowance`, `net`, `door`, `command`, `sasl`, `origin` and `store`, and hands every
/// message to a `Reception`.
///
/// Listener and session are our own and not SubEthaSMTP's. Of that library the accept loop (blocks
/// when full), the command loop (a locked read for each character, one flush for each reply, no
/// count of unknown verbs), the deadlines (for each read only, so that a slow client holds a
/// session for ever) and DATA (runs the rest of a refused body as commands) cannot be mended from
/// outside; EHLO, MAIL, RCPT, AUTH and STARTTLS had to be replaced in any case. What would have
/// remained is the socket.
@NullMarked
package org.postern.smtp;

import org.jspecify.annotations.NullMarked;
