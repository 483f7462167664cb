/// The words of mail that every part of Postern shares: addresses, envelopes, contents, replies,
/// outcomes. RFC 5321, RFC 5322, RFC 3463, RFC 3464. It uses nothing but the JDK and ICU's tables
/// of domain names.
@NullMarked
package org.postern.mail;

import org.jspecify.annotations.NullMarked;
