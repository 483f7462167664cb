package org.postern.transit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.opening.SmimeReader;
import org.postern.pki.PartnerDirectory;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.ReadingInLittleHeap;
import org.postern.testkit.SampleFacts;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.TestAuthority;

/// M01 to M13 at the door: each input of the table has one answer, in time, and none of them is an
/// error of ours. What the parts of each are, `MimeIndexTest` and its neighbours say.
class MimeInputsTest {
    private static final Domain CLINIC = new Domain("clinic.example");
    private static final Inspection INSPECTION =
            SampleFacts.inspection(Set.of(CLINIC), new Domain("gw.clinic.example"));
    private static final String FROM = "From: a@far.example\r\n";
    private static final String MIXED = "Content-Type: multipart/mixed; boundary=";
    private static final String TEXT = "Content-Type: text/plain\r\n";

    private static final long CPU_NANOS_MAX = 2_000_000_000L;

    @TempDir Path home;

    /// What the door says of an input.
    private enum Answer {
        TAKEN,
        /// A person looks first.
        HELD,
        /// 554 or 550 5.6.0.
        REFUSED
    }

    private record Input(String id, Answer answer, String message) {}

    @Test
    void eachInputHasItsAnswerInTime() throws Exception {
        SmimeReader reader =
                new SmimeReader(PartnerDirectory.load(home), new SmimeDecryptor(List.of()));
        List<String> wrong = new ArrayList<>();
        for (Input input : inputs()) {
            Content content = Content.of(input.message().getBytes(ISO_8859_1));
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            Answer answer = answer(content);
            if (answer != Answer.REFUSED) {
                reader.read(content, TestAuthority.NOW);
            }
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
            if (answer != input.answer() || nanos > CPU_NANOS_MAX) {
                wrong.add(
                        "%s: %s in %d ms, expected %s"
                                .formatted(input.id(), answer, nanos / 1_000_000, input.answer()));
            }
        }
        assertEquals(List.of(), wrong);
    }

    /// In 64 MiB beside the message, all that the JVM itself needs included.
    @Test
    void noInputTakesMuchMemory() throws Exception {
        ReadingInLittleHeap.read(
                home,
                TestAuthority.create().person("anna@clinic.example"),
                inputs().stream().map(Input::message).toList());
    }

    private static Answer answer(Content content) throws IOException {
        Envelope envelope =
                new Envelope(
                        new Arrival(Listener.INBOUND, "192.0.2.1", null, null),
                        Address.of("a@far.example"),
                        List.of(Address.of("anna@clinic.example")));
        return switch (INSPECTION.inspect(envelope, content)) {
            case Inspection.Acceptable acceptable ->
                    acceptable.doubt().isEmpty() ? Answer.TAKEN : Answer.HELD;
            case Inspection.Unacceptable(var reply) -> {
                assertEquals("5.6.0", reply.enhanced(), reply.toString());
                yield Answer.REFUSED;
            }
        };
    }

    private static List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        for (List<Input> some :
                List.of(nested(), counted(), headers(), boundaries(), fields(), contents())) {
            inputs.addAll(some);
        }
        return inputs;
    }

    private static List<Input> nested() {
        return List.of(
                new Input("M01 100 deep", Answer.TAKEN, deep(99)),
                new Input("M01 101 deep", Answer.REFUSED, deep(101)),
                new Input("M01 2,500 deep", Answer.REFUSED, deep(2_500)),
                new Input("M01 100,000 deep", Answer.REFUSED, deep(100_000)),
                new Input(
                        "M02 1,000 messages",
                        Answer.REFUSED,
                        FROM + "Content-Type: message/rfc822\r\n\r\n".repeat(1_000)),
                new Input("M02 inside its own base64", Answer.TAKEN, inBase64(12)));
    }

    private static String deep(int depth) {
        StringBuilder text = new StringBuilder(FROM);
        for (int i = 0; i < depth; i++) {
            text.append(MIXED).append('b').append(i).append("\r\n\r\n--b").append(i).append("\r\n");
        }
        return text.append("\r\nx\r\n").toString();
    }

    private static String inBase64(int times) {
        String text = FROM + "\r\nx\r\n";
        for (int i = 0; i < times; i++) {
            text =
                    FROM
                            + "Content-Type: message/rfc822\r\n"
                            + "Content-Transfer-Encoding: base64\r\n\r\n"
                            + Base64.getMimeEncoder().encodeToString(text.getBytes(ISO_8859_1))
                            + "\r\n";
        }
        return text;
    }

    private static List<Input> counted() {
        return List.of(
                new Input("M03 9,000 parts", Answer.TAKEN, parts(9_000)),
                new Input("M03 100,000 parts", Answer.REFUSED, parts(100_000)));
    }

    private static String parts(int count) {
        return FROM + MIXED + "b\r\n\r\n" + "--b\r\n\r\n\r\n".repeat(count) + "--b--\r\n";
    }

    private static List<Input> headers() {
        return List.of(
                new Input("M04 500 To", Answer.TAKEN, FROM + "To: b@c.example\r\n".repeat(500)),
                new Input(
                        "M04 100,000 To",
                        Answer.REFUSED,
                        FROM + "To: b@c.example\r\n".repeat(100_000)),
                new Input(
                        "M04 500,000 To",
                        Answer.REFUSED,
                        FROM + "To: b@c.example\r\n".repeat(500_000)),
                new Input(
                        "M04 a header of 50 MB",
                        Answer.REFUSED,
                        FROM + "Subject: " + ("x".repeat(900) + "\r\n ").repeat(55_000) + "\r\n"),
                new Input(
                        "M04 a million folded lines",
                        Answer.REFUSED,
                        FROM + "Subject: x\r\n" + " y\r\n".repeat(1_000_000)),
                new Input("M04 no colon", Answer.TAKEN, FROM + "nothing\r\n\r\nx\r\n"),
                new Input("M04 NUL", Answer.TAKEN, FROM + "Subject: a\0b\r\n\r\nx\r\n"),
                new Input("M04 blanks", Answer.TAKEN, FROM + "Subject: a\r\n  \r\n b\r\n\r\nx\r\n"),
                new Input("M04 CR", Answer.TAKEN, FROM + "Subject: a\rb\r\n\r\nx\r\n"));
    }

    private static List<Input> boundaries() {
        String body = "\r\n--b\r\n\r\nx\r\n--b--\r\n";
        return List.of(
                new Input(
                        "M05 missing",
                        Answer.TAKEN,
                        FROM + "Content-Type: multipart/mixed\r\n" + body),
                new Input("M05 empty", Answer.TAKEN, FROM + MIXED + "\"\"\r\n" + body),
                new Input(
                        "M05 71 octets",
                        Answer.TAKEN,
                        FROM + MIXED + "b".repeat(71) + "\r\n\r\n--" + "b".repeat(71) + "\r\n"),
                new Input("M05 a space", Answer.TAKEN, FROM + MIXED + "\"b \"\r\n" + body),
                new Input(
                        "M05 prefix",
                        Answer.TAKEN,
                        FROM + MIXED + "b\r\n\r\n--bc\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n"),
                new Input(
                        "M05 the same inside",
                        Answer.TAKEN,
                        FROM + MIXED + "b\r\n\r\n--b\r\n" + MIXED + "b\r\n" + body + "--b--\r\n"),
                new Input(
                        "M05 parts behind the end",
                        Answer.TAKEN,
                        FROM + MIXED + "b\r\n" + body + "--b\r\n\r\nz\r\n--b--\r\n"),
                new Input(
                        "M05 in the preamble",
                        Answer.TAKEN,
                        FROM + MIXED + "b\r\n\r\n--b--" + body),
                new Input("M05 CR only", Answer.TAKEN, FROM + MIXED + "b\r\n\r\n--b\r\rx\r--b--\r"),
                new Input(
                        "M05 in pieces",
                        Answer.TAKEN,
                        FROM
                                + "Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\r\n"
                                + body),
                new Input("M05 twice", Answer.HELD, FROM + MIXED + "b; boundary=c\r\n" + body),
                new Input("M05 comment", Answer.TAKEN, FROM + MIXED + "(c)b\r\n" + body));
    }

    private static List<Input> fields() {
        String encoding = "Content-Transfer-Encoding: ";
        return List.of(
                new Input("M06 two types", Answer.HELD, FROM + TEXT + MIXED + "b\r\n\r\nx\r\n"),
                new Input(
                        "M06 two encodings",
                        Answer.HELD,
                        FROM + TEXT + encoding + "base64\r\n" + encoding + "7bit\r\n\r\nx\r\n"),
                new Input(
                        "M06 two dispositions",
                        Answer.HELD,
                        FROM
                                + TEXT
                                + "Content-Disposition: inline\r\n"
                                + "Content-Disposition: attachment\r\n\r\nx\r\n"),
                new Input(
                        "M06 encoded multipart",
                        Answer.TAKEN,
                        FROM
                                + MIXED
                                + "b\r\n"
                                + encoding
                                + "base64\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"),
                new Input(
                        "M06 unknown encoding",
                        Answer.TAKEN,
                        FROM + TEXT + encoding + "x-uue\r\n\r\nx\r\n"),
                new Input(
                        "M06 a comment",
                        Answer.TAKEN,
                        FROM + TEXT + encoding + "(c) base64\r\n\r\nx\r\n"),
                new Input("M08 100 segments", Answer.TAKEN, named(segments(100))),
                new Input("M08 10,000 segments", Answer.REFUSED, named(segments(10_000))),
                new Input(
                        "M08 a name in pieces",
                        Answer.TAKEN,
                        named("filename*0=\"a.e\"; filename*1=xe")),
                new Input("M08 two names", Answer.HELD, named("filename=a; filename=b")),
                new Input("M09 a path", Answer.TAKEN, named("filename=\"../../x\"")),
                new Input("M09 NUL", Answer.TAKEN, named("filename=\"a.pdf\0.exe\"")),
                new Input(
                        "M11 a fragment",
                        Answer.HELD,
                        FROM + "Content-Type: message/partial; id=x; number=1\r\n\r\nx\r\n"),
                new Input(
                        "M11 a fragment inside",
                        Answer.HELD,
                        FROM
                                + MIXED
                                + "b\r\n\r\n--b\r\n"
                                + "Content-Type: message/partial; id=x; number=1\r\n\r\nx\r\n"
                                + "--b--\r\n"),
                new Input(
                        "M11 elsewhere",
                        Answer.TAKEN,
                        FROM
                                + "Content-Type: message/external-body; access-type=url;"
                                + " url=\"http://127.0.0.1/\"\r\n\r\nx\r\n"));
    }

    private static String segments(int count) {
        StringBuilder text = new StringBuilder("filename*0=a");
        IntStream.range(1, count)
                .forEach(i -> text.append(";\r\n filename*").append(i).append("=b"));
        return text.toString();
    }

    private static String named(String parameters) {
        return FROM + TEXT + "Content-Disposition: attachment; " + parameters + "\r\n\r\nx\r\n";
    }

    private static List<Input> contents() {
        String base64 = FROM + TEXT + "Content-Transfer-Encoding: base64\r\n\r\n";
        String quoted = FROM + TEXT + "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
        return List.of(
                new Input("M07 junk", Answer.TAKEN, base64 + "QU\0?!JD\r\nQQ==QUJD=\r\n"),
                new Input("M07 a line of 1 MB", Answer.TAKEN, base64 + "QUJD".repeat(250_000)),
                new Input("M07 soft breaks", Answer.TAKEN, quoted + "=\r\n".repeat(1_000_000)),
                new Input("M07 = at the end", Answer.TAKEN, quoted + "a=3d=3="),
                new Input(
                        "M10 1:1,000",
                        Answer.TAKEN,
                        FROM + SmimeMail.compressed(new byte[30_000_000])),
                new Input(
                        "M12 utf-7",
                        Answer.TAKEN,
                        FROM + "Content-Type: text/plain; charset=utf-7\r\n\r\n+ADw-script\r\n"),
                new Input(
                        "M12 a path",
                        Answer.TAKEN,
                        FROM + "Content-Type: text/plain; charset=\"../../x\"\r\n\r\nx\r\n"),
                new Input("M13 no empty line", Answer.TAKEN, FROM + "x\r\n"),
                new Input("M13 a body only", Answer.REFUSED, "\r\nx\r\n"),
                new Input("M13 nothing", Answer.REFUSED, ""),
                new Input("M13 CRLF", Answer.REFUSED, "\r\n"),
                new Input("M13 of a mailbox file", Answer.TAKEN, "From a\r\n" + FROM + "\r\nx\r\n"),
                new Input(
                        "M13 a line of 2 MB", Answer.TAKEN, FROM + "\r\n" + "x".repeat(2_000_000)));
    }
}
