package org.postern.http;

import java.io.IOException;

/// Answers the requests of one path pattern and method.
@FunctionalInterface
public interface Route {
    /// @throws BadRequest if the request cannot be served as it stands
    /// @throws IOException if the world failed; the client sees 503 and may try again
    WebResponse answer(WebRequest request) throws IOException;
}
