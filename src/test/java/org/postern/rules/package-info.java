/// Tests that read the project itself: its package map, its tidiness, its documents.
@NullMarked
package org.postern.rules;

import org.jspecify.annotations.NullMarked;
