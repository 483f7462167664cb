package org.postern.inspect;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.postern.cli.Console;
import org.postern.inspect.Inspect.Inspected;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.Oddity;
import org.postern.opening.Layer;
import org.postern.opening.LayerVerdict;
import org.postern.opening.MessageVerdict;
import org.postern.opening.Signer;

/// Writes the answer for people: the parts, the layers from the outside to the inside, the verdict.
final class InspectText {
    private final Console console;

    InspectText(Console console) {
        this.console = console;
    }

    void show(Inspected inspected) {
        line(console.strong("Parts"));
        show(inspected.outside());
        int number = 0;
        for (Layer layer : inspected.reading().layers()) {
            number++;
            line("");
            show(number, layer);
        }
        if (inspected.inside().isPresent()) {
            line("");
            line(console.strong("Parts inside"));
            show(inspected.inside().get());
        }
        line("");
        show(inspected.reading().verdict());
        if (inspected.reading().headersDiffer()) {
            line(
                    "  Its header fields are not those that its author left outside the"
                            + " protection.");
        }
        line("  Certificates were judged as of " + inspected.at() + ".");
    }

    private void line(String text) {
        console.line(text);
    }

    /// Names in certificates are anybody's words: no control characters of theirs reach a terminal.
    private static String harmless(String words) {
        return words.replaceAll("\\p{C}", "?");
    }

    private void show(MimeIndex index) {
        show(index.root(), 1);
    }

    private void show(MimePart part, int depth) {
        String oddities =
                part.oddities().stream()
                        .map(Oddity::sentence)
                        .collect(Collectors.joining("; it ", "   it ", ""));
        line(
                "%s%s   %,d octets%s"
                        .formatted(
                                "  ".repeat(depth),
                                part.type(),
                                part.bodyOctets(),
                                part.oddities().isEmpty() ? "" : oddities));
        part.children().forEach(child -> show(child, depth + 1));
    }

    private void show(int number, Layer layer) {
        line(console.strong("Layer " + number) + "   " + words(layer));
        switch (layer) {
            case Layer.Signed signed -> signed.signers().forEach(this::show);
            case Layer.Enveloped enveloped ->
                    enveloped
                            .recipients()
                            .forEach(to ->
                                    line("  for " + harmless(to.name()) + "   " + to.algorithm()));
            case Layer.Compressed _, Layer.CertificatesOnly _, Layer.Unread _ -> {
                // Nothing more is known.
            }
        }
        line("  => " + layer.verdict().code() + ": " + layer.verdict().sentence());
    }

    private static String words(Layer layer) {
        return switch (layer) {
            case Layer.Signed signed ->
                    switch (signed.form()) {
                        case CLEAR -> "signed, the content readable (multipart/signed)";
                        case OPAQUE -> "signed, the content inside the signature";
                    };
            case Layer.Enveloped enveloped ->
                    "encrypted, "
                            + enveloped.algorithm()
                            + (enveloped.authenticated() ? "" : ", not authenticated");
            case Layer.Compressed _ -> "compressed";
            case Layer.CertificatesOnly only -> only.certificates() + " certificates";
            case Layer.Unread _ -> "unknown";
        };
    }

    private void show(Signer signer) {
        String who =
                signer.addresses().isEmpty()
                        ? "somebody whose certificate names no address"
                        : signer.addresses().stream().sorted().collect(Collectors.joining(", "));
        line("  by " + harmless(who) + "   " + signer.algorithm() + ", " + signer.digest());
        show(signer.chain());
        signer.claimed().ifPresent(time -> line("     says that it signed at " + time));
        LayerVerdict verdict = signer.verdict();
        line("     " + verdict.code() + ": " + verdict.sentence());
    }

    private void show(List<X509Certificate> chain) {
        for (X509Certificate certificate : chain) {
            line(
                    "     %s, serial number %s, valid %s to %s"
                            .formatted(
                                    harmless(certificate.getSubjectX500Principal().getName()),
                                    certificate.getSerialNumber().toString(16),
                                    certificate.getNotBefore().toInstant(),
                                    certificate.getNotAfter().toInstant()));
        }
        if (!chain.isEmpty()) {
            line("     issued by " + harmless(chain.getLast().getIssuerX500Principal().getName()));
        }
    }

    private void show(MessageVerdict verdict) {
        String code = verdict.code().toUpperCase(Locale.ROOT);
        line(
                console.strong("Verdict")
                        + "   "
                        + (verdict.isGood() ? console.good(code) : console.bad(code)));
        line("  " + verdict.sentence());
    }
}
