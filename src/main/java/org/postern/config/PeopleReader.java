package org.postern.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.config.People.Person;
import org.postern.config.People.Photo;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Turns `people.yaml` and the photos that it names into [People].
final class PeopleReader {
    static final String FILE = "people.yaml";

    private static final int PEOPLE_MAX = 5_000;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private final ConfigFolder files;
    private final Set<Domain> own;
    private final ConfigErrors errors;

    /// @param own the clinic's own domains; empty if they are not known
    PeopleReader(ConfigFolder files, Set<Domain> own, ConfigErrors errors) {
        this.files = files;
        this.own = own;
        this.errors = errors;
    }

    /// @return empty with errors noted
    Optional<People> read() {
        return files.yaml(FILE, errors)
                .flatMap(root -> Section.of("", root, errors))
                .flatMap(this::people);
    }

    private Optional<People> people(Section top) {
        Map<String, Person> byKey = new LinkedHashMap<>();
        List<YamlNode.Entry> entries =
                top.requiredSection("people").map(Section::freeEntries).orElse(List.of());
        if (entries.size() > PEOPLE_MAX) {
            top.wrong("people", "there are more than " + PEOPLE_MAX + " people", null);
        }
        for (YamlNode.Entry entry : entries) {
            Optional<Address> address = address(entry.key());
            Optional<Section> section = Section.of("people", entry.value(), errors);
            section.flatMap(s -> person(s, address)).ifPresent(p -> add(byKey, p, entry.key()));
        }
        return top.build(() -> new People(byKey));
    }

    private Optional<Address> address(YamlNode.Text key) {
        return switch (Values.address(key)) {
            case Parsed.Bad<Address>(String reason, String suggestion) -> {
                errors.add(key.place(), reason, suggestion);
                yield Optional.empty();
            }
            case Parsed.Good<Address>(Address address) -> {
                // Patients' answers would go there.
                if (!own.isEmpty() && !own.contains(address.domain())) {
                    errors.add(
                            key.place(),
                            "\"" + address + "\" is not in one of the clinic's own domains",
                            "correct it, or add its domain to \"domains\" in gateway.yaml");
                }
                yield Optional.of(address);
            }
        };
    }

    private void add(Map<String, Person> byKey, Person person, YamlNode.Text key) {
        if (byKey.put(person.address().key(), person) != null) {
            errors.add(
                    key.place(),
                    "the address \"" + person.address() + "\" stands here twice",
                    "upper and lower case do not count; keep one of the two");
        }
    }

    private Optional<Person> person(Section section, Optional<Address> address) {
        Optional<String> name = section.required("name", Values.line(80));
        Optional<String> title = section.optional("title", Values.line(80));
        Optional<Photo> photo =
                section.optional("photo", Values.line(200)).flatMap(file -> photo(section, file));
        Optional<Optional<Person>> person =
                section.build(() ->
                        address.map(a ->
                                new Person(
                                        a,
                                        name.orElseThrow(),
                                        title.orElse(null),
                                        photo.orElse(null))));
        return person.flatMap(p -> p);
    }

    /// A photo goes out to patients, so only a file of this folder may be one.
    private Optional<Photo> photo(Section section, String file) {
        if (!files.holds(file)) {
            section.wrong(
                    "photo",
                    "there is no file \"" + file + "\" in the configuration folder",
                    "the name is taken from the folder of this file, like photos/anna.png");
            return Optional.empty();
        }
        Optional<byte[]> octets = files.octets(file, errors);
        octets.ifPresent(png -> check(section, file, png));
        return octets.map(Photo::new);
    }

    private static void check(Section section, String file, byte[] png) {
        if (png.length < PNG.length || !Arrays.equals(png, 0, PNG.length, PNG, 0, PNG.length)) {
            section.wrong("photo", "\"" + file + "\" is no PNG file", "save it as PNG");
        } else if (png.length > People.PHOTO_OCTETS_MAX) {
            section.wrong(
                    "photo",
                    "\"" + file + "\" has " + png.length + " octets, too many for a notice",
                    "make it about 96 by 96 points; at most "
                            + People.PHOTO_OCTETS_MAX
                            + " octets");
        }
    }
}
