/// The languages that the patient's pages speak, each with all its words: English and Spanish, and
/// those for which the clinic has a file. BCP 47. It uses nothing of the other packages.
@NullMarked
package org.postern.language;

import org.jspecify.annotations.NullMarked;
