/// Torture: a gateway process that is killed again and again while mail flows, the peers around it,
/// and the disks and kill points by which it is killed at a named place.
package org.postern.torture;
