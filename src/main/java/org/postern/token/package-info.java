/// Secrets that a hardware token keeps closed: PKCS#11 by the JDK's own provider. RFC 7512.
@NullMarked
package org.postern.token;

import org.jspecify.annotations.NullMarked;
