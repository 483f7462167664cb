package org.postern.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.facts.Origin.Dkim;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

/// The examples of the standards as they are printed, and what may be done to them.
class DkimVerifierTest {
    private static final Path EXAMPLES = Path.of("src/test/resources/dkim");

    /// RFC 6376, appendix C.
    private static final String BRISBANE =
            "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1"
                    + "fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+"
                    + "Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

    /// RFC 8463, appendix A.2.
    private static final String BRISBANE_ED25519 =
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    private static final String TEST =
            "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3id"
                    + "Y6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+"
                    + "yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kry"
                    + "OTIKT+l/K4w3QIDAQAB";

    private static Map<String, String> keys() {
        Map<String, String> keys = new HashMap<>();
        keys.put("brisbane._domainkey.example.com", BRISBANE);
        keys.put("brisbane._domainkey.football.example.com", BRISBANE_ED25519);
        keys.put("test._domainkey.football.example.com", TEST);
        return keys;
    }

    @Test
    void theExampleOfRfc6376Holds() throws Exception {
        assertEquals("PASS example.com", told(verify(message("rfc6376.eml"), keys())));
    }

    @Test
    void theTwoSignaturesOfRfc8463Hold() throws Exception {
        assertEquals(
                "PASS football.example.com, PASS football.example.com",
                told(verify(message("rfc8463.eml"), keys())));
    }

    /// One change to the message of RFC 8463, and what it makes of both signatures.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    We lost           | We won            | FAIL
                    Joe.              | Joe. Or Jim.      | FAIL
                    Is dinner ready?  | Is dinner over?   | FAIL
                    From: Joe         | From: Jim         | FAIL
                    To: Suzie         | X-To: Suzie       | FAIL
                    To: Suzie         | Subject: more\\r\\nTo: Suzie | FAIL
                    To: Suzie         | From: me@evil.example\\r\\nTo: Suzie | FAIL
                    game.  Are        | game. \\t Are     | PASS
                    Joe.\\r\\n        | Joe.  \\r\\n\\r\\n\\r\\n | PASS
                    To: Suzie         | tO :   \\r\\n\\tSuzie | PASS
                    To: Suzie         | X-More: x\\r\\nTo: Suzie | PASS
                    Message-ID:       | Cc: a@b.example\\r\\nMessage-ID: | PASS
                    """)
    void whatIsSignedCannotBeChanged(String from, String to, Verdict verdict) throws Exception {
        String changed = message("rfc8463.eml").replace(unescape(from), unescape(to));
        assertTrue(!changed.equals(message("rfc8463.eml")), "the change is one");
        for (Dkim found : verify(changed, keys())) {
            assertEquals(verdict, found.verdict(), found.reason());
        }
    }

    private static String unescape(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
    }

    /// One change to the first signature field of RFC 6376's message.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    v=1               | v=2                  | PERMERROR
                    v=1;              | v=1; v=1;            | PERMERROR
                    a=rsa-sha256      | a=rsa-sha1           | PERMERROR
                    a=rsa-sha256      | a=ed25519-sha256     | PERMERROR
                    a=rsa-sha256      | a=none               | PERMERROR
                    d=example.com     | d=example            | PERMERROR
                    d=example.com     | d=ex\u00e4mple.com   | PERMERROR
                    d=example.com     | d=none.example       | PERMERROR
                    s=brisbane        | s=sydney             | PERMERROR
                    s=brisbane        | s=../x               | PERMERROR
                    c=simple/simple   | c=simple/nofws       | PERMERROR
                    q=dns/txt         | q=http               | PERMERROR
                    i=joe@football    | i=joe@evilfootball   | FAIL
                    i=joe@football.example.com | i=joe@evil.com | PERMERROR
                    From : To         | To                   | PERMERROR
                    bh=2              | bh=%                 | PERMERROR
                    b=AuUo            | b=%uUo               | PERMERROR
                    b=AuUo            | b=BuUo               | FAIL
                    b=AuUo            | x=1; b=AuUo          | POLICY
                    b=AuUo            | t=9; x=9; b=AuUo     | PERMERROR
                    b=AuUo            | l=z; b=AuUo          | PERMERROR
                    b=AuUo            | b=AuUo; b=AuUo       | PERMERROR
                    """)
    void badFieldsAreSaidToBeBad(String from, String to, Verdict verdict) throws Exception {
        String changed = message("rfc6376.eml").replace(from, to);
        assertTrue(!changed.equals(message("rfc6376.eml")), "the change is one");
        List<Dkim> found = verify(changed, keys());
        assertEquals(verdict, found.getFirst().verdict(), found.getFirst().reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    v=DKIM1; p=           | PERMERROR
                    v=DKIM1               | PERMERROR
                    v=DKIM1; p=%          | PERMERROR
                    v=DKIM1; p=AAAA       | PERMERROR
                    v=DKIM2; p=KEY        | PERMERROR
                    p=KEY; v=DKIM1        | PERMERROR
                    v=DKIM1; k=dsa; p=KEY | PERMERROR
                    v=DKIM1; k=ed25519; p=KEY | PERMERROR
                    v=DKIM1; h=sha1; p=KEY    | PERMERROR
                    v=DKIM1; s=tlsrpt; p=KEY  | PERMERROR
                    v=DKIM1; t=s; p=KEY       | PERMERROR
                    no list               | PERMERROR
                    p=KEY                 | PASS
                    v=DKIM1; k=rsa; h=sha1:sha256; s=x:email; t=y; n=a note; p= KEY ; | PASS
                    """)
    void keyRecords(String record, Verdict verdict) throws Exception {
        String key = BRISBANE.substring(BRISBANE.indexOf("p=") + 2);
        Map<String, String> keys = keys();
        keys.put("brisbane._domainkey.example.com", record.replace("KEY", key));
        List<Dkim> found = verify(message("rfc6376.eml"), keys);
        assertEquals(verdict, found.getFirst().verdict(), found.getFirst().reason());
    }

    @Test
    void keysOfUnacceptableLengthAreNotBelieved() throws Exception {
        for (int bits : new int[] {512, 16_384}) {
            Map<String, String> keys = keys();
            keys.put("brisbane._domainkey.example.com", "v=DKIM1; p=" + TestKeys.rsaInfo(bits));
            Dkim found = verify(message("rfc6376.eml"), keys).getFirst();
            assertEquals(Verdict.POLICY, found.verdict(), found.reason());
        }
        Map<String, String> keys = keys();
        keys.put("brisbane._domainkey.example.com", "v=DKIM1; p=" + "A".repeat(64_000));
        assertEquals(Verdict.PERMERROR, verify(message("rfc6376.eml"), keys).getFirst().verdict());
    }

    @Test
    void aKeyThatCannotBeLookedUpNowIsATemporaryError() throws Exception {
        HeaderSection header = HeaderSection.read(content(message("rfc8463.eml")));
        List<Dkim> found =
                verifier()
                        .verify(
                                header,
                                content(message("rfc8463.eml")),
                                _ -> {
                                    throw new IOException("SERVFAIL");
                                });
        assertEquals("TEMPERROR football.example.com, TEMPERROR football.example.com", told(found));
    }

    /// A message may bear as many signatures as it likes; so many are looked at.
    @Test
    void aHundredSignaturesCostTenLookUps() throws Exception {
        String message = message("rfc6376.eml");
        String field = message.substring(0, message.indexOf("Received:"));
        List<String> asked = new ArrayList<>();
        String many = field.repeat(100) + message.substring(field.length());
        Content content = content(many);
        List<Dkim> found =
                verifier()
                        .verify(
                                HeaderSection.read(content),
                                content,
                                name -> {
                                    asked.add(name);
                                    return List.of(BRISBANE);
                                });
        assertEquals(DkimVerifier.SIGNATURES_MAX, found.size());
        assertEquals(DkimVerifier.SIGNATURES_MAX, asked.size());
    }

    @Test
    void aMessageWithoutSignaturesHasNoVerdicts() throws Exception {
        assertEquals(List.of(), verify("From: a@b.example\r\n\r\nx\r\n", Map.of()));
        assertEquals(
                Verdict.PERMERROR,
                verify("DKIM-Signature: \r\nFrom: a@b.example\r\n\r\n", Map.of())
                        .getFirst()
                        .verdict());
    }

    private static String message(String name) throws IOException {
        return Files.readString(EXAMPLES.resolve(name), ISO_8859_1)
                .replace("\r\n", "\n")
                .replace("\n", "\r\n");
    }

    private static Content content(String message) {
        return Content.of(message.getBytes(ISO_8859_1));
    }

    private static DkimVerifier verifier() {
        return new DkimVerifier(() -> Instant.parse("2026-11-26T12:00:00Z"));
    }

    static List<Dkim> verify(String message, Map<String, String> keys)
            throws IOException, MimeException {
        Content content = content(message);
        return verifier()
                .verify(
                        HeaderSection.read(content),
                        content,
                        name -> keys.containsKey(name) ? List.of(keys.get(name)) : List.of());
    }

    static String told(List<Dkim> verdicts) {
        return verdicts.stream()
                .map(it -> it.verdict() + " " + it.domain())
                .collect(Collectors.joining(", "));
    }
}
