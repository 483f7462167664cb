/// A small, strict HTTP server for pages: hardened Jetty, a router, requests and responses as
/// values. RFC 9110, RFC 9112, RFC 6265, RFC 7578. It may use `mail`, for the writing of bodies.
@NullMarked
package org.postern.http;

import org.jspecify.annotations.NullMarked;
