/// The ground that everything durable stands on: files behind one interface, and the database of
/// metadata. It uses no other package.
@NullMarked
package org.postern.store;

import org.jspecify.annotations.NullMarked;
