/// SCRAM-SHA-256: RFC 5802, RFC 7677. It uses no other package, and knows no user, no session and
/// no store.
@NullMarked
package org.postern.scram;

import org.jspecify.annotations.NullMarked;
