/// Outlines of messages, sealed under a key of their owner; those of messages that come are made
/// ahead, before anybody has given them a place. RFC 3501 §7.4.2.
@NullMarked
package org.postern.outlining;

import org.jspecify.annotations.NullMarked;
