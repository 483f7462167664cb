package org.postern.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// M05, M06 and M08 of the MIME inputs: values and parameters.
final class ContentFieldTest {
    @Test
    void readsValuesAndParameters() throws Exception {
        good("text/plain", "text/plain {}");
        good("Text/PLAIN; Charset=UTF-8", "text/plain {charset=UTF-8}");
        good("text / plain ; charset = \"a b\" ;", "text/plain {charset=a b}");
        good("text/plain; a=\"x\\\"y\\\\z\"", "text/plain {a=x\"y\\z}");
        good("text/plain;;a=1", "text/plain {a=1}");
        good("attachment; filename=\"a;b.pdf\"", "attachment {filename=a;b.pdf}");
        good("", " {}");
    }

    @Test
    void readsContinuations() throws Exception {
        good("a; f*0=\"a.e\"; f*1=\"xe\"", "a {f=a.exe}");
        good("a; f*1=two; f*0=one", "a {f=onetwo}");
        good("a; f*=utf-8''%e2%82%ac%20rates", "a {f=\u20ac rates}");
        good("a; f*=iso-8859-1'en'%A3%20rates", "a {f=\u00a3 rates}");
        good("a; f*0*=us-ascii'en'This%20is%20; f*1*=%2A%2A; f*2=\" it\"", "a {f=This is ** it}");
        good("a; f*=utf-8''%2e%2e%2fetc", "a {f=../etc}");
        good("a; f*=unknown''%41%zz%4", "a {f=A%zz%4}");
        good("a; f*=nothing", "a {f=nothing}");
        good("a; f=same; f*=utf-8''same", "a {f=same}");
    }

    @Test
    void namesWhatIsDoubtful() throws Exception {
        odd("a; f=1; f=2", "a {f=1}", Oddity.DUPLICATE_PARAMETER);
        odd("a; f=a.pdf; f*=utf-8''a.exe", "a {f=a.exe}", Oddity.DUPLICATE_PARAMETER);
        odd("a; f*0=a; f*0=b", "a {f=a}", Oddity.DUPLICATE_PARAMETER);
        odd("a; f*0=a; f*2=c", "a {f=a}", Oddity.MALFORMED_FIELD);
        odd("a; f*1=b", "a {f=}", Oddity.MALFORMED_FIELD);
        odd("a; f*x=b", "a {f=}", Oddity.MALFORMED_FIELD);
        odd("a; f*00=b", "a {f=}", Oddity.MALFORMED_FIELD);
        odd("a; *=b", "a {}", Oddity.MALFORMED_FIELD);
        odd("a; novalue", "a {}", Oddity.MALFORMED_FIELD);
        odd("a; f=my file.pdf; g=1", "a {f=my file.pdf, g=1}", Oddity.MALFORMED_FIELD);
        odd("a; f=\"open", "a {f=open}", Oddity.MALFORMED_FIELD);
        odd("a; f=\"b\"c; g=1", "a {f=b, g=1}", Oddity.MALFORMED_FIELD);
        odd("a (c) ; f=(d)b", "a {f=b}", Oddity.COMMENT);
        odd("a (((", "a {}", Oddity.COMMENT, Oddity.MALFORMED_FIELD);
    }

    @Test
    void countsSegmentsAndParameters() throws Exception {
        StringBuilder hundred = new StringBuilder("a");
        for (int i = 0; i < 100; i++) {
            hundred.append("; f*").append(i).append("=x");
        }
        assertEquals("x".repeat(100), ContentField.parse(hundred.toString()).parameter("f"));
        bad(hundred + "; f*100=x", "more than 100 segments");
        StringBuilder many = new StringBuilder("a");
        for (int i = 0; i < 201; i++) {
            many.append("; p").append(i).append("=x");
        }
        bad(many.toString(), "more than 200 parameters");
    }

    @Test
    void comments10000DeepAreRead() throws Exception {
        String field = "text/plain " + "(".repeat(10_000) + ")".repeat(10_000) + "; a=1";
        odd(field, "text/plain {a=1}", Oddity.COMMENT);
    }

    private static void good(String body, String expected) throws MimeException {
        odd(body, expected);
    }

    private static void odd(String body, String expected, Oddity... oddities) throws MimeException {
        ContentField field = ContentField.parse(body);
        Map<String, String> sorted = new TreeMap<>(field.parameters());
        assertEquals(expected, field.value() + " " + sorted, body);
        assertEquals(Set.of(oddities), field.oddities(), body);
    }

    private static void bad(String body, String reason) {
        MimeException thrown = assertThrows(MimeException.class, () -> ContentField.parse(body));
        assertTrue(thrown.reason().contains(reason), thrown::reason);
    }
}
