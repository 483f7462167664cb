/// `./gateway cert`: the operator's hand on the clinic's own S/MIME keys and certificates. It may
/// use everything.
@NullMarked
package org.postern.cert;

import org.jspecify.annotations.NullMarked;
