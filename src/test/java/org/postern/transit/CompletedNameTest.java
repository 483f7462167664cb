package org.postern.transit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.origin.OriginCheck;
import org.postern.origin.PublicSuffixes;
import org.postern.smtp.RecipientList;
import org.postern.testkit.SampleFacts;

/// A name with a comma that a server behind could complete to one of the clinic's addresses.
class CompletedNameTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    director, x <x@evil.example>            | refused
                    DIRECTOR, x <x@evil.example>            | refused
                    x, director, y <x@evil.example>         | refused
                    Anna Reyes, MD <x@evil.example>         | refused
                    =?utf-8?q?director?=, x <x@evil.example> | refused
                    postmaster, x <x@evil.example>          | refused
                    Doe, director <x@evil.example>          | taken
                    The director, x <x@evil.example>        | taken
                    Doe, John <x@evil.example>              | taken
                    director x <x@evil.example>             | taken
                    """)
    void isRefusedWhereTheListHasIt(String from, String wanted) throws IOException {
        Path file = folder.resolve("recipients");
        Files.writeString(file, "director@clinic.example\nanna.reyes@clinic.example\n");
        assertEquals(wanted, found(from, RecipientList.of(file)));
        assertEquals("taken", found(from, RecipientList.everybody()), "no list, no names");
    }

    private static String found(String from, RecipientList people) throws IOException {
        OriginCheck check =
                new OriginCheck((_, _) -> List.of(), PublicSuffixes.load(), () -> Instant.EPOCH);
        Inspection inspection =
                new Inspection(
                        SampleFacts.INTERNAL,
                        new Domain("mx.clinic.example"),
                        Optional.of(new Inspection.Origins(check, false, people::names)),
                        SampleFacts.WANTS);
        Envelope envelope =
                new Envelope(
                        new Arrival(Listener.INBOUND, "192.0.2.7", "mail.far.example", null, null),
                        Address.of("x@evil.example"),
                        List.of(Address.of("anna.reyes@clinic.example")));
        Content content = Content.of(("From: " + from + "\r\n\r\nx\r\n").getBytes(US_ASCII));
        return switch (inspection.inspect(envelope, content)) {
            case Inspection.Acceptable _ -> "taken";
            case Inspection.Unacceptable _ -> "refused";
        };
    }
}
