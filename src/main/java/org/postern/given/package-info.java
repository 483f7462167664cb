/// Certificates that a partner gives to the clinic in a file. It may use `mail`, `store` and `pki`.
@NullMarked
package org.postern.given;

import org.jspecify.annotations.NullMarked;
