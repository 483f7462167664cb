/// How much a text reads like the health information of one person: a linear model over words and
/// word pairs, whose weights were learned from the labelled messages. Names and numbers are seen as
/// names and numbers only.
@NullMarked
package org.postern.likeness;

import org.jspecify.annotations.NullMarked;
