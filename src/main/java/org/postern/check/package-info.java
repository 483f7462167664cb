/// What only the right person can answer, and how often it may be tried: the checks and their
/// order, codes, wrong answers, waits. NIST SP 800-63B-4 §3.1.3, OWASP ASVS 5.0 chapter 6. It may
/// use `mail`, `policy`, `vault` and `store`.
@NullMarked
package org.postern.check;

import org.jspecify.annotations.NullMarked;
