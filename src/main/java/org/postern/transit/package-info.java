/// The story of one message: receive → attempt → deliver → settle. RFC 5321 §4.5.4, RFC 3464. It
/// may use all of the work floor and everything below.
@NullMarked
package org.postern.transit;

import org.jspecify.annotations.NullMarked;
