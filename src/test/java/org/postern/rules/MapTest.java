package org.postern.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The package map. An entry may name only entries above it, so a cycle cannot be written; a new
/// arrow between packages is a change to this table, and to the map in the README, which must be
/// equal.
class MapTest {
    private static final List<Entry> MAP =
            List.of(
                    // ground
                    entry("mail"),
                    entry("octets"),
                    entry("folder"),
                    entry("random"),
                    entry("picture"),
                    entry("store"),
                    entry("token"),
                    entry("vault", "random", "store", "token"),
                    entry("rewrap", "vault", "store"),
                    entry("frame", "mail", "vault", "store"),
                    entry("journal", "mail", "store"),
                    entry("queue", "mail", "store"),
                    entry("mime", "mail", "octets"),
                    entry("net", "mail", "random"),
                    entry("dns", "mail", "net"),
                    entry("fetch", "mail", "net"),
                    entry("mtasts", "mail", "net", "dns", "store", "fetch"),
                    entry("pki", "mail", "folder", "net"),
                    entry("revocation", "mail", "net", "store", "fetch", "pki"),
                    entry("smimea", "mail", "net", "dns", "pki"),
                    entry("ldap", "mail", "net", "pki"),
                    entry("keyring", "mail", "folder", "store", "vault", "rewrap", "pki"),
                    entry("http", "mail", "net"),
                    entry("acme", "mail", "random", "store", "net", "pki", "http"),
                    entry("cms", "mail", "octets", "mime"),
                    entry("scan", "mail"),
                    entry("yaml"),
                    entry("roster", "mail", "yaml"),
                    entry("variable", "yaml"),
                    entry("scram"),
                    entry("precis"),
                    // whose tokens are believed: settings that config reads, and what checks them
                    entry("bearer", "mail", "fetch", "store", "yaml"),
                    // words
                    entry("facts", "mail"),
                    entry("condition", "mail", "mime", "facts"),
                    entry("policy", "mail", "variable", "facts", "condition"),
                    entry("membership", "mail", "ldap", "facts", "policy"),
                    entry("naming", "mail", "net", "yaml", "roster", "condition"),
                    entry("allowance", "mail", "naming", "yaml"),
                    entry("words"),
                    entry("likeness", "facts", "words"),
                    entry("phi", "facts", "words", "likeness"),
                    entry("files", "facts"),
                    entry("texts", "mime", "facts", "files"),
                    entry("language"),
                    entry("calendar"),
                    entry("wording"),
                    entry(
                            "config",
                            "mail",
                            "folder",
                            "facts",
                            "condition",
                            "policy",
                            "net",
                            "ldap",
                            "yaml",
                            "roster",
                            "variable",
                            "naming",
                            "allowance",
                            "language",
                            "calendar",
                            "wording",
                            "bearer"),
                    entry("programs", "mail", "http", "config"),
                    entry(
                            "review",
                            "mail",
                            "facts",
                            "likeness",
                            "condition",
                            "policy",
                            "yaml",
                            "config"),
                    // work: no room of this floor imports another of it
                    entry("kem", "random", "pki"),
                    entry("smime", "mail", "random", "mime", "cms", "pki", "kem"),
                    entry("claim", "mail", "mime", "cms", "smime"),
                    // above it: what is signed may be encrypted then
                    entry(
                            "signature",
                            "mail",
                            "octets",
                            "random",
                            "mime",
                            "pki",
                            "keyring",
                            "smime",
                            "claim"),
                    entry("outgoing", "mail", "mime", "facts", "frame", "policy"),
                    entry("relay", "mail", "octets", "net", "pki"),
                    entry(
                            "spool", "mail", "octets", "policy", "vault", "rewrap", "store",
                            "frame", "journal"),
                    entry("mailbox", "mail", "policy", "vault", "rewrap", "store"),
                    entry("notice", "mail", "mime", "wording"),
                    entry("audit", "mail", "facts", "condition", "policy", "vault", "store"),
                    entry("refusal", "mail", "net", "audit"),
                    entry("reader", "mail", "mime", "picture"),
                    entry("dkim", "mail", "mime", "facts"),
                    entry("origin", "mail", "mime", "dns", "facts", "dkim"),
                    entry("page", "mail", "http", "reader", "language", "calendar"),
                    entry("card", "page", "language"),
                    // above encryption: what a whole message is worth
                    entry(
                            "gathering",
                            "mail",
                            "octets",
                            "mime",
                            "facts",
                            "phi",
                            "files",
                            "texts",
                            "smime"),
                    entry("opening", "mail", "mime", "cms", "pki", "smime"),
                    entry("harvest", "mail", "mime", "store", "pki", "opening"),
                    entry("given", "mail", "store", "pki"),
                    entry(
                            "incoming",
                            "mail",
                            "mime",
                            "cms",
                            "pki",
                            "keyring",
                            "scan",
                            "smime",
                            "opening",
                            "origin"),
                    // who is the reader
                    entry("check", "mail", "policy", "vault", "rewrap", "store"),
                    entry("sms", "mail", "check"),
                    entry("recognition", "mail", "vault", "rewrap", "store", "mailbox"),
                    entry("caregiver", "mail", "vault", "rewrap", "store", "mailbox", "check"),
                    entry(
                            "access",
                            "mail",
                            "policy",
                            "vault",
                            "store",
                            "http",
                            "mailbox",
                            "page",
                            "language",
                            "check"),
                    // above the client: which host, and what it must prove
                    entry("route", "mail", "net", "dns", "mtasts", "relay"),
                    // above the ways: which protection is possible for whom
                    entry(
                            "reach",
                            "mail",
                            "net",
                            "pki",
                            "facts",
                            "policy",
                            "membership",
                            "relay",
                            "route"),
                    // story
                    entry(
                            "transit",
                            "mail",
                            "frame",
                            "queue",
                            "mime",
                            "net",
                            "pki",
                            "facts",
                            "policy",
                            "config",
                            "smime",
                            "signature",
                            "relay",
                            "route",
                            "reach",
                            "spool",
                            "mailbox",
                            "notice",
                            "audit",
                            "gathering",
                            "dkim",
                            "origin",
                            "check",
                            "scan",
                            "opening",
                            "incoming",
                            "outgoing"),
                    // the same eyes, for a message in a file
                    entry("specimen", "mail", "mime", "facts", "config", "gathering", "transit"),
                    // what follows it
                    entry(
                            "follow",
                            "mail",
                            "store",
                            "vault",
                            "mime",
                            "config",
                            "spool",
                            "mailbox",
                            "notice",
                            "audit",
                            "transit",
                            "calendar"),
                    entry("telling", "mail", "store", "mailbox", "caregiver", "follow", "transit"),
                    entry(
                            "returns", "mail", "mime", "texts", "mailbox", "notice", "transit",
                            "follow"),
                    entry(
                            "held", "mail", "mime", "facts", "policy", "reach", "store", "spool",
                            "queue", "notice", "wording", "audit", "transit"),
                    // edges: handed what they need of the story by Gateway
                    entry("control", "mail", "policy", "spool"),
                    entry(
                            "handout",
                            "mail",
                            "store",
                            "mime",
                            "pki",
                            "facts",
                            "policy",
                            "keyring",
                            "mailbox",
                            "language",
                            "opening",
                            "control"),
                    entry("command", "mail"),
                    entry("entrance", "net"),
                    entry(
                            "sasl",
                            "mail",
                            "net",
                            "vault",
                            "store",
                            "bearer",
                            "scram",
                            "precis",
                            "entrance"),
                    entry("door", "net"),
                    entry(
                            "smtp",
                            "mail",
                            "octets",
                            "net",
                            "command",
                            "sasl",
                            "door",
                            "origin",
                            "allowance",
                            "store"),
                    entry("grammar"),
                    entry("talk", "mail", "net", "door", "grammar"),
                    entry("outline", "mail", "mime", "grammar"),
                    entry("surrogate", "mail", "mime", "outline"),
                    entry("sent"),
                    entry("snapshot", "sent"),
                    entry("mailfolder", "mail", "mailbox", "outline", "snapshot"),
                    entry("holding", "mail", "vault", "store", "mailbox"),
                    entry("outlining", "mail", "mime", "vault", "store", "mailbox", "outline"),
                    entry(
                            "cabinet",
                            "mail",
                            "mime",
                            "vault",
                            "store",
                            "mailbox",
                            "outline",
                            "outlining",
                            "sent",
                            "snapshot",
                            "mailfolder",
                            "holding"),
                    entry("bridge", "mail", "mailbox", "sent", "mailfolder", "cabinet"),
                    entry("upstream", "net", "entrance", "sasl"),
                    entry(
                            "beside",
                            "mail",
                            "store",
                            "vault",
                            "mime",
                            "net",
                            "mailbox",
                            "opening",
                            "incoming",
                            "entrance",
                            "grammar",
                            "outline",
                            "snapshot",
                            "mailfolder",
                            "cabinet",
                            "upstream"),
                    entry(
                            "clerk", "mail", "spool", "mailbox", "notice", "audit", "follow",
                            "held", "sent", "holding", "bridge"),
                    entry("order"),
                    entry(
                            "search",
                            "mail",
                            "mime",
                            "net",
                            "grammar",
                            "outline",
                            "snapshot",
                            "mailfolder",
                            "order"),
                    entry(
                            "showing",
                            "mail",
                            "octets",
                            "mime",
                            "texts",
                            "grammar",
                            "talk",
                            "outline",
                            "surrogate",
                            "snapshot",
                            "mailfolder",
                            "cabinet"),
                    entry(
                            "imap",
                            "mail",
                            "net",
                            "entrance",
                            "sasl",
                            "door",
                            "grammar",
                            "talk",
                            "outline",
                            "sent",
                            "snapshot",
                            "mailfolder",
                            "cabinet",
                            "bridge",
                            "upstream",
                            "beside",
                            "search",
                            "showing"),
                    entry(
                            "conversation",
                            "mail",
                            "mime",
                            "http",
                            "mailbox",
                            "reader",
                            "page",
                            "language"),
                    entry(
                            "writing", "mail", "random", "mime", "http", "mailbox", "picture",
                            "store", "vault", "rewrap"),
                    entry(
                            "pickup",
                            "mail",
                            "policy",
                            "mime",
                            "http",
                            "mailbox",
                            "reader",
                            "page",
                            "language",
                            "vault",
                            "net",
                            "check",
                            "caregiver",
                            "access",
                            "conversation",
                            "writing"),
                    entry(
                            "start",
                            "mail",
                            "policy",
                            "http",
                            "mailbox",
                            "page",
                            "language",
                            "calendar",
                            "vault",
                            "store",
                            "check",
                            "access",
                            "writing",
                            "pickup"),
                    entry(
                            "caring",
                            "mail",
                            "policy",
                            "http",
                            "mailbox",
                            "page",
                            "language",
                            "caregiver",
                            "check",
                            "access",
                            "writing",
                            "pickup"),
                    entry(
                            "doorstep",
                            "mail",
                            "http",
                            "mailbox",
                            "page",
                            "language",
                            "check",
                            "access",
                            "pickup",
                            "recognition"),
                    entry(
                            "asking",
                            "mail",
                            "http",
                            "mailbox",
                            "page",
                            "language",
                            "check",
                            "access",
                            "handout",
                            "pickup"),
                    entry(
                            "choice",
                            "mail",
                            "facts",
                            "config",
                            "vault",
                            "rewrap",
                            "store",
                            "audit",
                            "control",
                            "http",
                            "mailbox",
                            "page",
                            "language",
                            "check",
                            "access",
                            "pickup"),
                    entry(
                            "approval",
                            "mail",
                            "mime",
                            "net",
                            "vault",
                            "sasl",
                            "http",
                            "reader",
                            "language",
                            "page",
                            "access",
                            "conversation",
                            "policy",
                            "spool",
                            "pickup",
                            "held"),
                    // what the operator asks for while it runs
                    entry("device", "mail", "vault", "store", "audit", "scram", "sasl", "control"),
                    // above all stores: the key under which they seal
                    entry(
                            "rotation",
                            "mail",
                            "store",
                            "vault",
                            "rewrap",
                            "frame",
                            "journal",
                            "audit",
                            "check",
                            "recognition",
                            "caregiver",
                            "control",
                            "writing"));

    /// May use everything: the composition root, the command line and the demo.
    private static final Set<String> TOP =
            Set.of(
                    "", "account", "cli", "cert", "demo", "doctor", "explain", "inspect", "keycare",
                    "operate", "replay");

    private static final String ROOT = "org.postern";

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(ROOT);

    private record Entry(String name, List<String> mayUse) {}

    private static Entry entry(String name, String... mayUse) {
        return new Entry(name, List.of(mayUse));
    }

    @Test
    void anEntryNamesOnlyEntriesAboveIt() {
        Set<String> above = new HashSet<>();
        for (Entry entry : MAP) {
            assertTrue(
                    above.containsAll(entry.mayUse()),
                    entry.name() + " names a package that is not above it");
            above.add(entry.name());
        }
    }

    @Test
    void everyPackageStandsInTheMap() {
        Set<String> known = new TreeSet<>(TOP);
        MAP.forEach(entry -> known.add(entry.name()));
        PRODUCT.stream()
                .map(c -> c.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", ""))
                .map(name -> name.startsWith("pickup.pages") ? "pickup" : name)
                .forEach(name -> assertTrue(known.contains(name), name + " is not in the map"));
    }

    @Test
    void packagesUseOnlyWhatTheMapAllows() {
        for (Entry entry : MAP) {
            List<String> others = new ArrayList<>();
            MAP.stream()
                    .map(Entry::name)
                    .filter(name -> !name.equals(entry.name()))
                    .filter(name -> !entry.mayUse().contains(name))
                    .forEach(name -> others.add(ROOT + "." + name + ".."));
            others.addAll(List.of(ROOT, ROOT + ".cli..", ROOT + ".demo..", ROOT + ".inspect.."));
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + entry.name() + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others.toArray(String[]::new))
                    .allowEmptyShould(true)
                    .check(PRODUCT);
        }
    }

    @Test
    void policyIsPure() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".facts", ROOT + ".condition", ROOT + ".policy")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io", "java.net", "java.nio.file", "java.nio.channels")
                .check(PRODUCT);
    }

    @Test
    void onlyOnePackageReadsYaml() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".yaml")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml..")
                .check(PRODUCT);
    }

    @Test
    void theReadmeShowsThisMap() throws IOException {
        StringBuilder table = new StringBuilder();
        for (Entry entry : MAP) {
            String uses = entry.mayUse().isEmpty() ? "–" : String.join(", ", entry.mayUse());
            table.append("| `").append(entry.name()).append("` | ").append(uses).append(" |\n");
        }
        try (Stream<String> lines = Files.lines(Path.of("README.md"))) {
            String shown =
                    lines.dropWhile(line -> !line.startsWith("| package | may use |"))
                            .skip(2)
                            .takeWhile(line -> line.startsWith("|"))
                            .reduce("", (all, line) -> all + line + "\n");
            // The README's table has a third column, what the package does, which is prose.
            String compared =
                    shown.lines()
                            .map(line -> line.split("\\|"))
                            .map(cells -> "|" + cells[1] + "|" + cells[2] + "|\n")
                            .reduce("", String::concat);
            assertEquals(table.toString(), compared);
        }
    }
}
