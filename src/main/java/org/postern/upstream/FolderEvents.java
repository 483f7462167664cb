package org.postern.upstream;

import org.postern.entrance.UpstreamException;

/// Hears what a server says of the folder that is open, asked or not, in its order.
public interface FolderEvents {
    /// So many messages lie in it.
    void exists(int count) throws UpstreamException;

    /// One is gone, and those behind it move up.
    void expunged(int number) throws UpstreamException;

    /// @param message of which it may have said flags, and perhaps a UID
    void fetched(Fetched message) throws UpstreamException;
}
