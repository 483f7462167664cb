package org.postern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.postern.mail.Content;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;

/// The MIME index of a message with a text and a file in base64.
@State(Scope.Thread)
public class MimeIndexBenchmark {
    /// Octets of the file.
    @Param({"4096", "1048576"})
    public int octets;

    private Content message = Content.of(new byte[0]);

    /// Makes the message.
    @Setup
    public void prepare() {
        String text =
                """
                From: anna@clinic.example
                To: maria@patients.example
                Subject: Your results
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="a-boundary"

                --a-boundary
                Content-Type: text/plain; charset=utf-8

                They look good.
                --a-boundary
                Content-Type: application/pdf; name="results.pdf"
                Content-Transfer-Encoding: base64

                %s
                --a-boundary--
                """
                        .formatted(("A".repeat(76) + "\n").repeat(octets / 77))
                        .replace("\n", "\r\n");
        message = Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Benchmark
    public MimeIndex index() throws IOException, MimeException {
        return MimeIndex.of(message);
    }
}
