/// The clinic's own S/MIME keys and certificates: whose they are, where they lie, who issues and
/// renews them. RFC 7292, RFC 8550, RFC 2986. It may use `mail`, `folder`, `pki`, `vault` and
/// `store`.
@NullMarked
package org.postern.keyring;

import org.jspecify.annotations.NullMarked;
