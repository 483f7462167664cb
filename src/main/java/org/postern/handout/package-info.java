/// Keys that are made for people outside, who alone keep them: packed under a passphrase, put into
/// the secure mailbox, recorded. RFC 7292, RFC 8018. It may use the packages of its row in the map.
@NullMarked
package org.postern.handout;

import org.jspecify.annotations.NullMarked;
