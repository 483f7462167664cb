package org.postern.bearer;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.postern.yaml.Parsed;
import org.postern.yaml.Parsed.Parser;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Reads what `oauth` in `gateway.yaml` says.
///
/// @param web understands addresses of services
/// @param file understands names of files
/// @param line understands a line of text
public record BearerReader(Parser<URI> web, Parser<Path> file, Parser<String> line) {
    /// @return empty with errors noted
    public Optional<BearerSettings> read(Section section) {
        Optional<URI> issuer = section.required("issuer", web);
        Optional<String> audience = section.required("audience", line);
        Optional<BearerSettings.Keys> keys = section.required("keys", this::keys);
        String claim = section.or("mailbox-claim", line, BearerSettings.EMAIL);
        Optional<String> scope = section.optional("scope", line);
        boolean older = section.or("token-type", new Second("at+jwt", "jwt"), false);
        boolean assigns = section.or("addresses", new Second("verified", "assigned"), false);
        if (older && scope.isEmpty()) {
            section.wrong(
                    "token-type",
                    "without its own type an access token is told by its scope",
                    "add scope: and the word that stands in access tokens alone");
        }
        return section.build(() ->
                new BearerSettings(
                        issuer.orElseThrow().toString(),
                        audience.orElseThrow(),
                        keys.orElseThrow(),
                        claim,
                        scope,
                        new BearerSettings.Provider(older, assigns)));
    }

    /// One of two words: whether it is the second.
    private record Second(String first, String second) implements Parsed.Parser<Boolean> {
        @Override
        public Parsed<Boolean> apply(YamlNode.Text text) {
            return words().contains(text.value())
                    ? Parsed.good(text.value().equals(second))
                    : Parsed.bad("this word is not known here", first + ", or " + second);
        }

        @Override
        public Set<String> words() {
            return Set.of(first, second);
        }
    }

    /// What begins like the address of a service is one.
    private Parsed<BearerSettings.Keys> keys(YamlNode.Text text) {
        return text.value().matches("(?i)https?:.*")
                ? web.apply(text).then(it -> Parsed.good(new BearerSettings.Keys.InWeb(it)))
                : file.apply(text).then(it -> Parsed.good(new BearerSettings.Keys.InFile(it)));
    }
}
