package org.postern.programs;

import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.postern.mail.Address;

/// What Outlook asks for: the plain XML form of Autodiscover (MS-OXDSCLI), with the settings of an
/// IMAP account. Of the question the address is read and said again as the name to log in with:
/// where an answer names none, Outlook takes what stands before the `@`. Nobody looks whether there
/// is such an address, so the answer tells nothing of it.
final class Autodiscover {
    private static final String ANSWER =
            "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    private static final String OUTLOOK =
            "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    private Autodiscover() {}

    /// @param who for whose address it is asked; what is none of the clinic's is not said again
    static String of(Accounts accounts, Optional<Address> who) {
        Optional<Address> ours = who.filter(it -> accounts.domains().contains(it.domain()));
        return Xml.document(
                "",
                xml ->
                        xml.element(
                                "Autodiscover",
                                it ->
                                        it.element(
                                                "Response",
                                                one ->
                                                        one.element(
                                                                "Account",
                                                                a -> account(a, accounts, ours)),
                                                "xmlns",
                                                OUTLOOK),
                                "xmlns",
                                ANSWER));
    }

    private static void account(Xml xml, Accounts accounts, Optional<Address> who)
            throws XMLStreamException {
        xml.element("AccountType", "email");
        xml.element("Action", "settings");
        protocol(xml, "IMAP", accounts.reading(), it -> named(it, accounts, who));
        if (accounts.sending().isPresent()) {
            protocol(xml, "SMTP", accounts.sending().get(), it -> named(it, accounts, who));
        }
    }

    private static void named(Xml xml, Accounts accounts, Optional<Address> who)
            throws XMLStreamException {
        xml.element("Server", accounts.server().name());
        if (who.isPresent()) {
            xml.element("LoginName", who.get().toString());
        }
    }

    private static void protocol(Xml xml, String type, Accounts.Access access, Xml.Body names)
            throws XMLStreamException {
        xml.element("Protocol", it -> settings(it, type, access, names));
    }

    private static void settings(Xml xml, String type, Accounts.Access access, Xml.Body names)
            throws XMLStreamException {
        xml.element("Type", type);
        names.write(xml);
        xml.element("Port", access.port());
        xml.element("DomainRequired", "off");
        xml.element("SPA", "off");
        xml.element("SSL", "on");
        xml.element("Encryption", access.implicit() ? "SSL" : "TLS");
        xml.element("AuthRequired", "on");
    }
}
