/// Encrypted and signed mail on its last steps to the clinic: opened with the recipient's key, with
/// the gateway's verdict above it. It may use `mail`, `mime`, `cms`, `pki`, `keyring`, `scan`,
/// `smime`, `opening` and `origin`.
@NullMarked
package org.postern.incoming;

import org.jspecify.annotations.NullMarked;
