/// The pages of those who read along for a patient, and the patient's own page about them. It may
/// use the packages of its row in the map.
@NullMarked
package org.postern.caring;

import org.jspecify.annotations.NullMarked;
