package org.postern.bearer;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
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
    /// The claim in which providers usually have the address.
    private static final String USUAL_CLAIM = "email";

    /// @return empty with errors noted
    public Optional<BearerSettings> read(Section section) {
        Optional<URI> issuer = section.required("issuer", web);
        Optional<String> audience = section.required("audience", line);
        Optional<BearerSettings.Keys> keys = section.required("keys", this::keys);
        String claim = section.or("mailbox-claim", line, USUAL_CLAIM);
        Optional<String> scope = section.optional("scope", line);
        return section.build(() ->
                new BearerSettings(
                        issuer.orElseThrow().toString(),
                        audience.orElseThrow(),
                        keys.orElseThrow(),
                        claim,
                        scope));
    }

    /// What begins like the address of a service is one.
    private Parsed<BearerSettings.Keys> keys(YamlNode.Text text) {
        return text.value().matches("(?i)https?:.*")
                ? web.apply(text).then(it -> Parsed.good(new BearerSettings.Keys.InWeb(it)))
                : file.apply(text).then(it -> Parsed.good(new BearerSettings.Keys.InFile(it)));
    }
}
