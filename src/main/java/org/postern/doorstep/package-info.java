/// The home page, where a code from a notice is typed in the place of a tap, and the page on which
/// a patient chooses the word that stands in her notices. It may use the packages of its row in the
/// map.
@NullMarked
package org.postern.doorstep;

import org.jspecify.annotations.NullMarked;
