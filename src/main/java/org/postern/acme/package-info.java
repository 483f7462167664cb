/// The certificate of the patients' pages, got from an authority and renewed without anybody's
/// doing: ACME (RFC 8555), the proof by TLS-ALPN-01 (RFC 8737), renewal information (RFC 9773). It
/// may use the packages of its row in the map.
@NullMarked
package org.postern.acme;

import org.jspecify.annotations.NullMarked;
