package org.postern.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.cert.X509Certificate;
import java.util.Locale;
import org.postern.inspect.Inspect.Inspected;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.opening.Layer;
import org.postern.opening.LayerVerdict;
import org.postern.opening.Signer;

/// The answer as JSON: `src/docs/inspect.md`. Keys are only ever added, and codes keep their
/// meaning.
final class InspectJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private InspectJson() {}

    static String of(Inspected inspected) {
        ObjectNode root = NODES.objectNode();
        root.putObject("verdict")
                .put("code", inspected.reading().verdict().code())
                .put("sentence", inspected.reading().verdict().sentence());
        ArrayNode signers = root.putArray("signers");
        inspected.reading().provedSigners().forEach(signers::add);
        root.put("headersDiffer", inspected.reading().headersDiffer());
        root.put("at", inspected.at().toString());
        ArrayNode layers = root.putArray("layers");
        inspected.reading().layers().forEach(layer -> layers.add(layer(layer)));
        root.set("parts", parts(inspected.outside()));
        inspected.inside().ifPresent(inside -> root.set("inside", parts(inside)));
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain nodes can always be written", e);
        }
    }

    private static ObjectNode layer(Layer layer) {
        ObjectNode node = NODES.objectNode();
        switch (layer) {
            case Layer.Signed signed -> {
                node.put("kind", "signed").put("form", word(signed.form()));
                ArrayNode signers = node.putArray("signers");
                signed.signers().forEach(signer -> signers.add(signer(signer)));
            }
            case Layer.Enveloped enveloped -> {
                node.put("kind", "enveloped")
                        .put("authenticated", enveloped.authenticated())
                        .put("algorithm", enveloped.algorithm());
                ArrayNode recipients = node.putArray("recipients");
                for (Layer.Recipient recipient : enveloped.recipients()) {
                    recipients
                            .addObject()
                            .put("name", recipient.name())
                            .put("algorithm", recipient.algorithm());
                }
            }
            case Layer.Compressed _ -> node.put("kind", "compressed");
            case Layer.CertificatesOnly only ->
                    node.put("kind", "certificates").put("certificates", only.certificates());
            case Layer.Unread _ -> node.put("kind", "unread");
        }
        node.set("verdict", verdict(layer.verdict()));
        return node;
    }

    private static ObjectNode signer(Signer signer) {
        ObjectNode node = NODES.objectNode();
        ArrayNode addresses = node.putArray("addresses");
        signer.addresses().stream().sorted().forEach(addresses::add);
        node.put("digest", signer.digest()).put("algorithm", signer.algorithm());
        signer.claimed().ifPresent(time -> node.put("claimedTime", time.toString()));
        ArrayNode chain = node.putArray("chain");
        signer.chain().forEach(certificate -> chain.add(certificate(certificate)));
        node.set("verdict", verdict(signer.verdict()));
        return node;
    }

    private static ObjectNode certificate(X509Certificate certificate) {
        return NODES.objectNode()
                .put("subject", certificate.getSubjectX500Principal().getName())
                .put("issuer", certificate.getIssuerX500Principal().getName())
                .put("serial", certificate.getSerialNumber().toString(16))
                .put("notBefore", certificate.getNotBefore().toInstant().toString())
                .put("notAfter", certificate.getNotAfter().toInstant().toString());
    }

    private static ObjectNode verdict(LayerVerdict verdict) {
        return NODES.objectNode().put("code", verdict.code()).put("sentence", verdict.sentence());
    }

    private static ArrayNode parts(MimeIndex index) {
        ArrayNode parts = NODES.arrayNode();
        parts.add(part(index.root()));
        return parts;
    }

    private static ObjectNode part(MimePart part) {
        ObjectNode node =
                NODES.objectNode()
                        .put("type", part.type())
                        .put("encoding", word(part.encoding()))
                        .put("disposition", part.disposition())
                        .put("begin", part.span().begin())
                        .put("bodyBegin", part.span().bodyBegin())
                        .put("end", part.span().end());
        ArrayNode oddities = node.putArray("oddities");
        part.oddities().forEach(oddity -> oddities.add(word(oddity)));
        ArrayNode children = node.putArray("parts");
        // Parts lie at most a hundred deep.
        part.children().forEach(child -> children.add(part(child)));
        return node;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
