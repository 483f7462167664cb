/// The auditor: a program of its own that joins what clients, sinks, stores and the audit wrote
/// down, and says whether the invariants I1–I8 held. It asks no counter of the gateway.
package org.postern.auditor;
