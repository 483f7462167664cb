/// What tells a patient that a mail is the clinic's: a word that she chose, and a code that she may
/// type instead of tapping a link. It may use the packages of its row in the map.
@NullMarked
package org.postern.recognition;

import org.jspecify.annotations.NullMarked;
