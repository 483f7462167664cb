/// Who reads along for a patient: a parent, a grown child, an interpreter. Invited by the patient
/// or the clinic, with a code of her own, until a day, and never longer than either wants. It may
/// use the packages of its row in the map.
@NullMarked
package org.postern.caregiver;

import org.jspecify.annotations.NullMarked;
