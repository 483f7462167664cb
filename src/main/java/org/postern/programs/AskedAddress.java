package org.postern.programs;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.postern.mail.Address;

/// The mail address for which Outlook asks (MS-OXDSCLI, element `EMailAddress` of the request). The
/// question comes from anybody: it is no longer than a form, has no document type, and one that
/// cannot be read names no address.
final class AskedAddress {
    private static final String ELEMENT = "EMailAddress";
    private static final XMLInputFactory FACTORY = factory();

    private AskedAddress() {}

    /// @param question the octets of the request
    static Optional<Address> in(byte[] question) {
        try {
            XMLStreamReader events =
                    FACTORY.createXMLStreamReader(new ByteArrayInputStream(question));
            while (events.hasNext()) {
                if (events.next() == XMLStreamReader.START_ELEMENT
                        && events.getLocalName().equals(ELEMENT)) {
                    return Address.parse(events.getElementText().strip());
                }
            }
            return Optional.empty();
        } catch (XMLStreamException e) {
            return Optional.empty();
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return factory;
    }
}
