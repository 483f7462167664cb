package org.postern.texts;

import java.io.IOException;
import java.io.InputStream;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// The elements and characters of an XML file, in their order. A file with a document type is not
/// read: Office files have none, and everything that is dangerous about XML begins there.
final class XmlEvents {
    /// Octets between two events: of one text, tag with its attributes, or comment. A cell of a
    /// spreadsheet holds 32,767 characters at most.
    private static final int EVENT_OCTETS_MAX = 1 << 20;

    private static final XMLInputFactory FACTORY = factory();

    private XmlEvents() {}

    /// What is told of a file. Names are local: without prefix and namespace.
    interface Reader {
        /// @param element its attributes may be asked for
        void begin(String name, XMLStreamReader element) throws IOException;

        void end(String name) throws IOException;

        void characters(String text) throws IOException;
    }

    /// @throws IOException if it is no XML, has a document type, or is deeper than the limit
    static void read(InputStream xml, Budget budget, Reader reader) throws IOException {
        try {
            Piecewise pieces = new Piecewise(xml);
            XMLStreamReader events = FACTORY.createXMLStreamReader(pieces);
            int depth = 0;
            while (events.hasNext()) {
                pieces.begin();
                switch (events.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (++depth > budget.limits().depth()) {
                            throw new IOException("deeper than " + budget.limits().depth());
                        }
                        reader.begin(events.getLocalName(), events);
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        depth--;
                        reader.end(events.getLocalName());
                    }
                    case XMLStreamConstants.CHARACTERS,
                            XMLStreamConstants.CDATA,
                            XMLStreamConstants.SPACE ->
                            reader.characters(events.getText());
                    case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                            throw new IOException("a document type");
                    default -> {
                        // Comments and processing instructions are nobody's text.
                    }
                }
            }
        } catch (XMLStreamException | RuntimeException e) {
            // The text of the exception may quote the file.
            throw new IOException("no XML that can be read");
        }
    }

    /// Ends where one event takes too many octets: the parser would keep them all at once.
    private static final class Piecewise extends InputStream {
        private final InputStream xml;
        private int octets;

        Piecewise(InputStream xml) {
            this.xml = xml;
        }

        void begin() {
            octets = 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            int count = xml.read(to, at, length);
            octets += Math.max(0, count);
            if (octets > EVENT_OCTETS_MAX) {
                throw new IOException("more than " + EVENT_OCTETS_MAX + " octets in one piece");
            }
            return count;
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        // A number in a cell comes in one piece.
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setXMLResolver((_, _, _, _) -> {
            throw new XMLStreamException("nothing is fetched");
        });
        return factory;
    }
}
