/// What patients chose about the way of their mail: on record with time and source, asked for by
/// rules, changed by the clinic and on the patient's own page. It may use the packages of its row
/// in the map.
@NullMarked
package org.postern.choice;

import org.jspecify.annotations.NullMarked;
