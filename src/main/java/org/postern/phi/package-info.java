/// Finds protected health information in text: identifiers of patients and facts about health, by
/// form, check digit and the words around them, in one pass over the characters.
@NullMarked
package org.postern.phi;

import org.jspecify.annotations.NullMarked;
