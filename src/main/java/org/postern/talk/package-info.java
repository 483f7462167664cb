/// The octets of one IMAP session: commands, literals and responses. RFC 3501 §2.2, §4.3, RFC 7888.
/// It may use `mail`, `net`, `door` and `grammar`.
@NullMarked
package org.postern.talk;

import org.jspecify.annotations.NullMarked;
