package org.postern.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The running demo as JSON, for scripts and clients. Keys are only ever added:
///
/// - `submission.starttls`, `submission.tls`, `relay`, `inbound`: `{host, port}`
/// - `pickup`, `inbox`: URLs of the patient's pages and of the page that shows inboxes
/// - `outside.smtp`, `outside.smtps`, `outside.imap`: `{host, port}` of the world outside
/// - `people[]`: `role`, `name`, `address`, `password`, and `birthDate` for the patient
/// - `ca`: the PEM file of the authority behind all certificates; `home`: the folder; `pid`
final class DemoInfo {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String HOST = "localhost";

    private DemoInfo() {}

    /// Writes the file whole: a reader that sees it sees all of it.
    static void write(DemoWorld world, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(folder, ".demo", ".json");
        Files.write(temporary, MAPPER.writeValueAsBytes(json(world)));
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ObjectNode json(DemoWorld world) {
        SampleClinic.Ports ports = world.clinic().ports();
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode submission = root.putObject("submission");
        submission.set("starttls", endpoint(ports.submission()));
        submission.set("tls", endpoint(ports.submissions()));
        root.set("relay", endpoint(ports.relay()));
        root.set("inbound", endpoint(ports.inbound()));
        root.put("pickup", world.clinic().pickupUrl());
        root.put("inbox", world.inboxes().url(Person.PATIENT));
        ObjectNode outside = root.putObject("outside");
        outside.set("smtp", endpoint(world.outside().smtpPort()));
        outside.set("smtps", endpoint(world.outside().smtpsPort()));
        outside.set("imap", endpoint(world.outside().imapPort()));
        ArrayNode people = root.putArray("people");
        for (Person person : Person.ALL) {
            ObjectNode each =
                    people.addObject()
                            .put("role", person.role())
                            .put("name", person.fullName())
                            .put("address", person.address().toString())
                            .put("password", person.password());
            if (person == Person.PATIENT) {
                each.put("birthDate", Person.PATIENT_BIRTH_DATE);
            }
        }
        root.put("ca", world.clinic().ca().toAbsolutePath().toString());
        root.put("home", world.home().toAbsolutePath().toString());
        root.put("pid", ProcessHandle.current().pid());
        return root;
    }

    private static ObjectNode endpoint(int port) {
        return JsonNodeFactory.instance.objectNode().put("host", HOST).put("port", port);
    }
}
