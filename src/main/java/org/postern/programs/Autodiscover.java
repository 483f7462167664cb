package org.postern.programs;

import javax.xml.stream.XMLStreamException;

/// What Outlook asks for: the plain XML form of Autodiscover (MS-OXDSCLI), with the settings of an
/// IMAP account. The answer is the same for every address, so the question is not read.
final class Autodiscover {
    private static final String ANSWER =
            "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    private static final String OUTLOOK =
            "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    private Autodiscover() {}

    static String of(Accounts accounts) {
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
                                                                a -> account(a, accounts)),
                                                "xmlns",
                                                OUTLOOK),
                                "xmlns",
                                ANSWER));
    }

    private static void account(Xml xml, Accounts accounts) throws XMLStreamException {
        xml.element("AccountType", "email");
        xml.element("Action", "settings");
        xml.element("Protocol", it -> protocol(it, "IMAP", accounts, accounts.reading()));
        if (accounts.sending().isPresent()) {
            Accounts.Access sending = accounts.sending().get();
            xml.element("Protocol", it -> protocol(it, "SMTP", accounts, sending));
        }
    }

    private static void protocol(Xml xml, String type, Accounts accounts, Accounts.Access access)
            throws XMLStreamException {
        xml.element("Type", type);
        xml.element("Server", accounts.server().name());
        xml.element("Port", access.port());
        xml.element("DomainRequired", "off");
        xml.element("SPA", "off");
        xml.element("SSL", "on");
        xml.element("Encryption", access.implicit() ? "SSL" : "TLS");
        xml.element("AuthRequired", "on");
    }
}
