package org.postern.programs;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import javax.xml.stream.XMLStreamException;

/// A configuration profile for Apple's systems (`.mobileconfig`). It names no address: the system
/// asks for address and password when the profile is installed.
final class AppleProfile {
    private static final String DOCTYPE =
            "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
                    + " \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">";

    private AppleProfile() {}

    static String of(Accounts accounts) {
        return Xml.document(
                DOCTYPE,
                xml ->
                        xml.element(
                                "plist",
                                it -> it.element("dict", d -> profile(d, accounts)),
                                "version",
                                "1.0"));
    }

    private static void profile(Xml xml, Accounts accounts) throws XMLStreamException {
        text(xml, "PayloadType", "Configuration");
        described(xml, accounts, "profile");
        text(xml, "PayloadOrganization", accounts.clinic());
        xml.element("key", "PayloadContent");
        xml.element("array", it -> it.element("dict", d -> mail(d, accounts)));
    }

    private static void mail(Xml xml, Accounts accounts) throws XMLStreamException {
        text(xml, "PayloadType", "com.apple.mail.managed");
        described(xml, accounts, "mail");
        text(xml, "EmailAccountDescription", accounts.title());
        text(xml, "EmailAccountType", "EmailTypeIMAP");
        server(xml, "Incoming", accounts, accounts.reading());
        if (accounts.sending().isPresent()) {
            server(xml, "Outgoing", accounts, accounts.sending().get());
            yes(xml, "OutgoingPasswordSameAsIncomingPassword");
        }
    }

    /// The system tells a profile from another, and a newer one from an older, by these.
    private static void described(Xml xml, Accounts accounts, String part)
            throws XMLStreamException {
        String name = accounts.server().name() + "." + part;
        text(xml, "PayloadIdentifier", name);
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        text(xml, "PayloadUUID", id.toString());
        xml.element("key", "PayloadVersion");
        xml.element("integer", 1);
        text(xml, "PayloadDisplayName", accounts.title());
    }

    private static void server(Xml xml, String way, Accounts accounts, Accounts.Access access)
            throws XMLStreamException {
        text(xml, way + "MailServerHostName", accounts.server().name());
        xml.element("key", way + "MailServerPortNumber");
        xml.element("integer", access.port());
        yes(xml, way + "MailServerUseSSL");
        text(xml, way + "MailServerAuthentication", "EmailAuthPassword");
    }

    private static void text(Xml xml, String key, String text) throws XMLStreamException {
        xml.element("key", key);
        xml.element("string", text);
    }

    private static void yes(Xml xml, String key) throws XMLStreamException {
        xml.element("key", key);
        xml.empty("true");
    }
}
