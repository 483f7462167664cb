/// One way to write a secret that is typed: RFC 8265. It uses no other package, and keeps nothing.
@NullMarked
package org.postern.precis;

import org.jspecify.annotations.NullMarked;
