package org.postern.gathering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.facts.Attachment;
import org.postern.facts.FileKind;
import org.postern.facts.Makeup;
import org.postern.facts.SmimeLabel;
import org.postern.mail.Content;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;

/// What counts as a file, and when there may be files that nobody saw.
class MakeupsTest {
    private static final String HEAD = "From: a@b.example\r\nMIME-Version: 1.0\r\n";

    @Test
    void aForwardedMessageIsAFile() throws Exception {
        String forwarded =
                """
                Content-Type: message/rfc822; name=report.eml

                Subject: x

                Dear Maria
                """;
        Makeup makeup = parts(forwarded.replace("\n", "\r\n"));
        Attachment file = makeup.attachments().getFirst();
        assertEquals("report.eml", file.name());
        assertEquals(FileKind.MESSAGE, file.kind());
    }

    /// RFC 1847: a part that only says that it is a signature is a file like any other.
    @Test
    void onlyTheSignatureOfASignedMessageIsNone() throws Exception {
        String signature = "Content-Type: application/pgp-signature; name=a.asc\r\n\r\nx\r\n";
        assertEquals(1, parts(signature).attachments().size());
        Makeup signed =
                makeup(
                        "Content-Type: multipart/signed; boundary=b;"
                                + " protocol=\"application/pgp-signature\"\r\n\r\n"
                                + "--b\r\n\r\nHello\r\n--b\r\n"
                                + signature
                                + "--b--\r\n");
        assertEquals(List.of(), signed.attachments());
        assertEquals(SmimeLabel.SIGNED, signed.label());
    }

    @Test
    void anUnknownDispositionIsAFile() throws Exception {
        String part = "Content-Type: text/plain\r\nContent-Disposition: form-data\r\n\r\nx\r\n";
        assertEquals(FileKind.TEXT, parts(part).attachments().getFirst().kind());
        assertTrue(parts("Content-Type: text/plain\r\n\r\nx\r\n").attachments().isEmpty());
    }

    /// RFC 8551 §3.2.1: a gateway may have lost the type.
    @Test
    void anEndingTellsWhatIsEncrypted() throws Exception {
        Makeup whole = makeup("Content-Type: application/octet-stream; name=smime.p7m\r\n\r\nx");
        assertEquals(SmimeLabel.ENCRYPTED, whole.label());
        assertFalse(whole.complete());
        assertFalse(
                parts("Content-Type: application/octet-stream; name=x.P7M\r\n\r\nx\r\n")
                        .complete());
    }

    @Test
    void filesInTheTextLeaveADoubt() throws Exception {
        String text = "Content-Type: text/plain\r\n\r\nSee below\r\n%s\r\nM1\r\n`\r\nend\r\n";
        assertFalse(makeup(text.formatted("begin 644 list.xlsx")).complete());
        assertTrue(makeup(text.formatted("begin with the list")).complete());
    }

    @Test
    void filesWithoutNumberLeaveADoubt() throws Exception {
        String one = "--b\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n";
        String all = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + one.repeat(1_001);
        Makeup makeup = makeup(all + "--b--\r\n");
        assertFalse(makeup.complete());
        assertEquals(1_000, makeup.attachments().size());
    }

    private static Makeup parts(String second) throws IOException, MimeException {
        return makeup(
                "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
                        + second
                        + "--b--\r\n");
    }

    private static Makeup makeup(String rest) throws IOException, MimeException {
        Content content = Content.of((HEAD + rest).getBytes(StandardCharsets.ISO_8859_1));
        return Makeups.full(MimeIndex.of(content), content);
    }
}
