package org.postern.programs;

import javax.xml.stream.XMLStreamException;
import org.postern.mail.Domain;

/// What Thunderbird and its relatives ask for: Mozilla's `clientConfig` 1.1.
final class Autoconfig {
    private static final String NO_DOCTYPE = "";

    private Autoconfig() {}

    static String of(Accounts accounts) {
        return Xml.document(
                NO_DOCTYPE,
                xml ->
                        xml.element(
                                "clientConfig",
                                all ->
                                        all.element(
                                                "emailProvider",
                                                one -> provider(one, accounts),
                                                "id",
                                                accounts.server().name()),
                                "version",
                                "1.1"));
    }

    private static void provider(Xml xml, Accounts accounts) throws XMLStreamException {
        for (Domain domain : accounts.domains()) {
            xml.element("domain", domain.name());
        }
        xml.element("displayName", accounts.title());
        xml.element("displayShortName", accounts.clinic());
        Accounts.Access reading = accounts.reading();
        xml.element("incomingServer", it -> server(it, accounts, reading), "type", "imap");
        if (accounts.sending().isPresent()) {
            Accounts.Access sending = accounts.sending().get();
            xml.element("outgoingServer", it -> server(it, accounts, sending), "type", "smtp");
        }
    }

    private static void server(Xml xml, Accounts accounts, Accounts.Access access)
            throws XMLStreamException {
        xml.element("hostname", accounts.server().name());
        xml.element("port", access.port());
        xml.element("socketType", access.implicit() ? "SSL" : "STARTTLS");
        // "Cleartext" is Mozilla's word for a password that the TLS around it protects.
        xml.element("authentication", "password-cleartext");
        xml.element("username", "%EMAILADDRESS%");
    }
}
