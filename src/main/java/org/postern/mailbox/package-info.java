/// The secure mailbox: sealed bodies, the threads between a clinician and a patient, and the right
/// to fetch them. It may use `mail`, `vault` and `store`.
@NullMarked
package org.postern.mailbox;

import org.jspecify.annotations.NullMarked;
