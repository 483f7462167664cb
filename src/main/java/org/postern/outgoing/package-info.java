/// A message as it leaves: without the header fields, the PIN and the tags that were meant for this
/// gateway alone (RFC 5322 §3.6.3, RFC 5321 §4.4), and with the words that a rule adds to its text.
/// All else stays octet for octet.
@NullMarked
package org.postern.outgoing;

import org.jspecify.annotations.NullMarked;
