/// What a rule may ask of a message's facts, and the answer with its reasons. What cannot be known
/// counts as present, and the answer says that it rests on this doubt.
@NullMarked
package org.postern.condition;

import org.jspecify.annotations.NullMarked;
