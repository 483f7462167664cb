/// A client of the clinic's own IMAP server: what it is asked, and how far it is believed. RFC
/// 3501, RFC 9051. It reads, and has no command that changes anything there. It may use `net`,
/// `entrance` and `sasl`.
@NullMarked
package org.postern.upstream;

import org.jspecify.annotations.NullMarked;
