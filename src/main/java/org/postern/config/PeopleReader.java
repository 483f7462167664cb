package org.postern.config;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postern.config.People.Person;
import org.postern.config.People.Photo;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.naming.Values;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Turns `people.yaml` and the photos that it names into [People].
final class PeopleReader {
    static final String FILE = "people.yaml";

    private static final int PEOPLE_MAX = 5_000;
    private static final int ANSWER_DAYS = 2;

    /// Part of a web address, and printed on cards.
    private static final Pattern PAGE_NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])");

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
        checkPages(byKey, top);
        return top.build(() -> new People(byKey));
    }

    /// What only shows when all are read: two pages of one name, a cover whom nobody knows.
    private static void checkPages(Map<String, Person> byKey, Section top) {
        Set<String> names = new HashSet<>();
        for (Person person : byKey.values()) {
            People.Page page = person.page();
            if (page != null && !names.add(page.name())) {
                top.wrong(
                        "people",
                        "two pages have the name \"" + page.name() + "\"",
                        "give one of them another");
            }
            Address cover = person.away() == null ? null : person.away().cover();
            if (cover != null && !byKey.containsKey(cover.key())) {
                top.wrong(
                        "people",
                        "nobody is listed under \"" + cover + "\", the cover of " + person.name(),
                        "list the cover with a name, or leave it out");
            }
        }
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
        Optional<People.Page> page = section.section("page").flatMap(this::page);
        Optional<People.Absence> away = section.section("away").flatMap(PeopleReader::away);
        Optional<Optional<Person>> person =
                section.build(() ->
                        address.map(a ->
                                new Person(
                                        a,
                                        name.orElseThrow(),
                                        title.orElse(null),
                                        photo.orElse(null),
                                        page.orElse(null),
                                        away.orElse(null))));
        return person.flatMap(p -> p);
    }

    private Optional<People.Page> page(Section section) {
        Optional<String> name = section.required("name", PeopleReader::pageName);
        int days = section.or("answer-days", Values.number(0, 30), ANSWER_DAYS);
        List<Address> copies = section.list("copies", Values::address);
        for (Address copy : copies) {
            if (!own.isEmpty() && !own.contains(copy.domain())) {
                section.wrong(
                        "copies",
                        "\"" + copy + "\" is not in one of the clinic's own domains",
                        "what patients write stays in the house");
            }
        }
        return section.build(() -> new People.Page(name.orElseThrow(), days, copies));
    }

    private static Parsed<String> pageName(YamlNode.Text text) {
        return PAGE_NAME.matcher(text.value()).matches()
                ? Parsed.good(text.value())
                : Parsed.bad(
                        Values.quoted(text) + " cannot be part of a web address here",
                        "write 2 to 40 small letters, digits and hyphens, like anna-reyes");
    }

    private static Optional<People.Absence> away(Section section) {
        Optional<LocalDate> from = section.required("from", Values::day);
        Optional<LocalDate> until = section.required("until", Values::day);
        Optional<Address> cover = section.optional("cover", Values::address);
        if (from.isPresent() && until.isPresent() && until.get().isBefore(from.get())) {
            section.wrong("until", "the absence ends before it begins", null);
        }
        return section.build(() ->
                new People.Absence(from.orElseThrow(), until.orElseThrow(), cover.orElse(null)));
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
