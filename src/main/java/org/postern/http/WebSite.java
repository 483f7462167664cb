package org.postern.http;

/// What the server serves.
public interface WebSite {
    Router router();

    /// The page for a request that no route answered: 400, 403, 404, 405, 413, 415, 500, 503.
    WebResponse failure(int status, WebRequest request);
}
