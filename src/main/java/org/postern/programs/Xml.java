package org.postern.programs;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// XML documents, written element by element. All text is escaped by the JDK's writer.
final class Xml {
    private final XMLStreamWriter out;

    private Xml(XMLStreamWriter out) {
        this.out = out;
    }

    /// What stands in a document or an element.
    @FunctionalInterface
    interface Body {
        void write(Xml xml) throws XMLStreamException;
    }

    /// A whole document in UTF-8.
    ///
    /// @param doctype as it stands in the document; empty for none
    static String document(String doctype, Body body) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter out = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            out.writeStartDocument("UTF-8", "1.0");
            if (!doctype.isEmpty()) {
                out.writeDTD(doctype);
            }
            body.write(new Xml(out));
            out.writeEndDocument();
            out.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a document in memory could not be written", e);
        }
        return text.toString();
    }

    /// An element with more elements in it.
    ///
    /// @param attributes name and value in turn
    void element(String name, Body body, String... attributes) throws XMLStreamException {
        out.writeStartElement(name);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            out.writeAttribute(attributes[i], attributes[i + 1]);
        }
        body.write(this);
        out.writeEndElement();
    }

    /// An element with text in it.
    void element(String name, String text) throws XMLStreamException {
        out.writeStartElement(name);
        out.writeCharacters(text);
        out.writeEndElement();
    }

    void element(String name, int number) throws XMLStreamException {
        element(name, Integer.toString(number));
    }

    void empty(String name) throws XMLStreamException {
        out.writeEmptyElement(name);
    }
}
