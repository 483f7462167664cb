package org.postern.bearer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.postern.fetch.Fetcher;
import org.postern.store.KeptFile;

/// Where the keys of an issuer come from.
interface KeySource {
    /// @throws IOException if none can be had now
    JsonWebKeys current() throws IOException;

    /// The same for a token whose key is not among them: they may have changed meanwhile.
    ///
    /// @throws IOException as well if it is too early to ask whether they have
    JsonWebKeys afresh() throws IOException;

    /// @throws IOException if a file cannot be read, or is no JWK set
    static KeySource of(BearerSettings.Keys keys, Fetcher fetcher, InstantSource clock)
            throws IOException {
        return switch (keys) {
            case BearerSettings.Keys.InWeb(var uri) -> new WebKeys(uri, fetcher, clock);
            case BearerSettings.Keys.InFile(Path file) ->
                    new InFile(new KeptFile<>(file, InFile::read));
        };
    }

    /// A file looks for a change by itself.
    record InFile(KeptFile<JsonWebKeys> file) implements KeySource {
        private static JsonWebKeys read(Path file) throws IOException {
            byte[] octets;
            try (InputStream in = Files.newInputStream(file)) {
                octets = in.readNBytes(JsonWebKeys.OCTETS_MAX + 1);
            }
            if (octets.length > JsonWebKeys.OCTETS_MAX) {
                throw new IOException(
                        file + " has more than " + JsonWebKeys.OCTETS_MAX + " octets");
            }
            try {
                return JsonWebKeys.parse(octets);
            } catch (IOException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }

        @Override
        public JsonWebKeys current() {
            return file.current();
        }

        @Override
        public JsonWebKeys afresh() {
            return file.current();
        }
    }
}
