package org.postern.outgoing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

class OutgoingContentTest {
    private static final String REST =
            "From: a@clinic.example\r\nBcc: b@clinic.example\r\n\r\nHi\r\n";

    @Test
    void aPinLeavesTheSubjectAndNothingElse() throws IOException, MimeException {
        String mail = "Subject: [pin 4821] Your\r\n knee\r\n" + REST;
        assertEquals("4821", OutgoingContent.pin(header(mail)).orElseThrow().digits());
        assertEquals(
                "Subject: Your knee\r\n" + REST, text(OutgoingContent.withoutPin(content(mail))));
        String sent = text(OutgoingContent.of(content(mail)));
        assertFalse(sent.contains("4821"));
        assertFalse(sent.contains("Bcc"));
    }

    @Test
    void aPinInAnEncodedSubjectIsFoundToo() throws IOException, MimeException {
        String mail = "Subject: =?utf-8?q?[PIN_4821]_Pr=C3=BCfung?=\r\n" + REST;
        String kept = text(OutgoingContent.withoutPin(content(mail)));
        assertTrue(kept.startsWith("Subject: =?UTF-8?Q?Pr=C3=BCfung?=\r\n"), kept);
        assertEquals(kept.length(), OutgoingContent.withoutPin(content(mail)).size());
    }

    @Test
    void withoutAPinEveryOctetStays() throws IOException, MimeException {
        Content content = content("Subject: [secure]  two  blanks\r\n" + REST);
        assertEquals(content, OutgoingContent.withoutPin(content));
    }

    @Test
    void tagsLeaveTheSubjectAndNothingElse() throws IOException, MimeException {
        untagged("Subject: [secure] Your knee", "Subject: Your knee");
        untagged("Subject: Re: [ SECURE ]  Your knee [secure]", "Subject: Re: Your knee");
        untagged("Subject: Your [private][secure]  knee", "Subject: Your [private] knee");
        untagged("Subject: [secure]", "Subject: ");
        untagged("Subject: [a [secure] b", "Subject: [a b");
        untagged("Subject: =?utf-8?q?[Secure]_Pr=C3=BCfung?=", "Subject: =?UTF-8?Q?Pr=C3=BCfung?=");
    }

    /// What cannot be decoded is not written anew, and what has no such tag is not touched.
    @Test
    void otherSubjectsStayOctetForOctet() throws IOException, MimeException {
        for (String subject :
                List.of(
                        "Subject:  two  blanks [public]",
                        "Subject: =?utf-8?q?[secure] [secure]",
                        "Subject: secure",
                        "X-Other: [secure]")) {
            Content content = content(subject + "\r\n" + REST);
            assertEquals(content, OutgoingContent.withoutTags(content, Set.of("secure")));
        }
        Content content = content("Subject: [secure]\r\n" + REST);
        assertEquals(content, OutgoingContent.withoutTags(content, Set.of()));
    }

    private static void untagged(String before, String after) throws IOException, MimeException {
        Content left =
                OutgoingContent.withoutTags(content(before + "\r\n" + REST), Set.of("secure"));
        assertEquals(after + "\r\n" + REST, text(left));
        assertEquals(text(left).length(), left.size());
    }

    private static Content content(String text) {
        return Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static HeaderSection header(String text) throws IOException, MimeException {
        return HeaderSection.read(content(text));
    }

    private static String text(Content content) throws IOException {
        try (InputStream in = content.open()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
