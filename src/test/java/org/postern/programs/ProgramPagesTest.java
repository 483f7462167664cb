package org.postern.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/// What mail programs get is well-formed, complete, and right whatever the clinic is called.
class ProgramPagesTest {
    private static final Accounts ACCOUNTS =
            new Accounts(
                    "Smith & <Sons>",
                    new Domain("gateway.maple.example"),
                    List.of(new Domain("maple.example"), new Domain("oak.example")),
                    new Accounts.Access(993, true),
                    Optional.of(new Accounts.Access(587, false)));

    private final XPath path = XPathFactory.newInstance().newXPath();

    @Test
    void thunderbirdGetsBothServers() throws Exception {
        Document document = document(Autoconfig.of(ACCOUNTS));
        assertEquals("1.1", at(document, "/clientConfig/@version"));
        assertEquals("oak.example", at(document, "//domain[2]"));
        assertEquals("Smith & <Sons>: secure mailbox", at(document, "//displayName"));
        assertEquals("imap", at(document, "//incomingServer/@type"));
        assertEquals("gateway.maple.example", at(document, "//incomingServer/hostname"));
        assertEquals("993", at(document, "//incomingServer/port"));
        assertEquals("SSL", at(document, "//incomingServer/socketType"));
        assertEquals("587", at(document, "//outgoingServer/port"));
        assertEquals("STARTTLS", at(document, "//outgoingServer/socketType"));
        assertEquals("%EMAILADDRESS%", at(document, "//outgoingServer/username"));
    }

    @Test
    void outlookGetsBothServers() throws Exception {
        Document document = document(Autodiscover.of(ACCOUNTS, Optional.empty()));
        String imap = "//*[local-name()='Protocol'][*[local-name()='Type']='IMAP']";
        String smtp = "//*[local-name()='Protocol'][*[local-name()='Type']='SMTP']";
        assertEquals("993", at(document, imap + "/*[local-name()='Port']"));
        assertEquals("SSL", at(document, imap + "/*[local-name()='Encryption']"));
        assertEquals("587", at(document, smtp + "/*[local-name()='Port']"));
        assertEquals("TLS", at(document, smtp + "/*[local-name()='Encryption']"));
        assertEquals(
                "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a",
                at(document, "namespace-uri(//*[local-name()='Account'])"));
    }

    /// Without it Outlook logs in by what stands before the `@`, which nobody here is called.
    @ParameterizedTest
    @ValueSource(strings = {"anna.reyes@maple.example", "o'neill+x@OAK.example"})
    void outlookIsToldToLogInByTheWholeAddress(String address) throws Exception {
        Optional<Address> who = AskedAddress.in(question(address));
        Document document = document(Autodiscover.of(ACCOUNTS, who));
        String name = "//*[local-name()='Protocol'][%d]/*[local-name()='LoginName']";
        assertEquals(Address.of(address).toString(), at(document, name.formatted(1)));
        assertEquals(Address.of(address).toString(), at(document, name.formatted(2)));
    }

    private static byte[] question(String address) {
        return """
        <?xml version="1.0" encoding="utf-8"?>
        <Autodiscover xmlns="%s/requestschema/2006">
          <Request><EMailAddress>%s</EMailAddress></Request>
        </Autodiscover>
        """
                .strip()
                .formatted("http://schemas.microsoft.com/exchange/autodiscover/outlook", address)
                .getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<",
                "<Autodiscover><Request/></Autodiscover>",
                "<a><EMailAddress>anna</EMailAddress></a>",
                "<a><EMailAddress><b/>anna@maple.example</EMailAddress></a>",
                "<a><EMailAddress>anna@elsewhere.example</EMailAddress></a>",
                "<!DOCTYPE a [<!ENTITY e 'a@maple.example'>]><EMailAddress>&e;</EMailAddress>"
            })
    void aQuestionThatNamesNobodyOfOursGetsNoName(String question) {
        Optional<Address> who = AskedAddress.in(question.getBytes(StandardCharsets.UTF_8));
        assertFalse(Autodiscover.of(ACCOUNTS, who).contains("LoginName"));
    }

    @Test
    void appleGetsBothServersAndAsksForTheAddress() throws Exception {
        String profile = AppleProfile.of(ACCOUNTS);
        Document document = document(profile);
        assertEquals("EmailTypeIMAP", after(document, "EmailAccountType"));
        assertEquals("gateway.maple.example", after(document, "IncomingMailServerHostName"));
        assertEquals("993", after(document, "IncomingMailServerPortNumber"));
        assertEquals("587", after(document, "OutgoingMailServerPortNumber"));
        assertTrue(profile.contains("<key>OutgoingMailServerUseSSL</key><true"), profile);
        assertFalse(profile.contains("<key>EmailAddress</key>"), profile);
        assertEquals(profile, AppleProfile.of(ACCOUNTS), "a new download replaces the old one");
    }

    @Test
    void whereNothingIsHandedOverOnlyReadingIsSetUp() throws Exception {
        Accounts reading =
                new Accounts(
                        "Maple",
                        ACCOUNTS.server(),
                        ACCOUNTS.domains(),
                        new Accounts.Access(143, false),
                        Optional.empty());
        Document document = document(Autoconfig.of(reading));
        assertEquals("STARTTLS", at(document, "//incomingServer/socketType"));
        assertEquals("0", at(document, "count(//outgoingServer)"));
        assertFalse(Autodiscover.of(reading, Optional.empty()).contains("SMTP"));
        assertFalse(AppleProfile.of(reading).contains("Outgoing"));
    }

    private String after(Document document, String key) throws Exception {
        return at(document, "//key[.='%s']/following-sibling::*[1]".formatted(key));
    }

    private String at(Document document, String expression) throws Exception {
        return path.evaluate(expression, document);
    }

    private static Document document(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
