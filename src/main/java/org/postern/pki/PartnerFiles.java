package org.postern.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.folder.Census;
import org.postern.folder.PartnerStates;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.pki.CertificateAddresses.AddressSource;
import org.postern.pki.PartnerDirectory.Problem;
import org.postern.pki.PathCheck.Anchors;

/// One reading of the partners' folder. It does not change any more.
final class PartnerFiles {
    /// Files that are read.
    static final int FILES_MAX = 20_000;

    private static final String PINNED = "pinned/";
    private static final String ANCHORS = "anchors/";
    private static final String FOLDER = "folder";

    private final PartnerStates states;
    private final Map<String, List<Entry>> byAddress = new HashMap<>();
    private final Map<String, String> byFileName = new HashMap<>();

    /// Of whom others than root and the gateway may change what is pinned: by the same keys, what
    /// is wrong and what to do.
    private final Map<String, String> barred = new HashMap<>();

    /// Of whom others may change what lies beside `pinned/`, in the same way.
    private final Map<String, String> doubted = new HashMap<>();

    private final Anchors anchors = new Anchors();
    private final List<Problem> problems = new ArrayList<>();

    /// A certificate of a person.
    ///
    /// @param between the other certificates of its file, to build a path with
    /// @param place where it lies, for people
    record Entry(
            X509Certificate certificate,
            List<X509Certificate> between,
            String file,
            String place,
            Lookup.Trust trust) {
        /// What a hand has pinned comes before what an authority vouches for, however new that is.
        static final Comparator<Entry> BEST_FIRST =
                Comparator.comparing((Entry it) -> it.trust() != Lookup.Trust.PINNED)
                        .thenComparing(Entry::notBefore, Comparator.reverseOrder());

        /// One of a file below the folder.
        static Entry of(
                X509Certificate certificate,
                List<X509Certificate> between,
                String file,
                Lookup.Trust trust) {
            return new Entry(certificate, between, file, "partners/" + file, trust);
        }

        /// One that lies in no file.
        static Entry elsewhere(X509Certificate certificate, Finder.Looked.Known known) {
            return new Entry(
                    certificate, known.certificates(), known.place(), known.place(), known.trust());
        }

        Instant notBefore() {
            return certificate.getNotBefore().toInstant();
        }
    }

    private PartnerFiles(Path folder, AddressSource source) {
        this.states = PartnerStates.of(folder, FILES_MAX);
        Map<String, String> stamp = states.all();
        if (!Files.isDirectory(folder)) {
            problems.add(problem("", "There is no folder " + folder + "; make it."));
        }
        if (stamp.size() >= FILES_MAX) {
            problems.add(
                    problem("", "There are too many files; %d are read.".formatted(FILES_MAX)));
        }
        stamp.forEach((file, state) -> {
            if (state.startsWith(Census.OPEN)) {
                problems.add(open(file, state.substring(Census.OPEN.length())));
            }
            if (isDomainFolder(file, state)) {
                // It comes before the files in it.
                domain(file).ifPresent(anchors::close);
            } else if (isFile(file) && states.openPin(file).isPresent()) {
                String sentence =
                        "The certificate in partners/%s %s, and no other one takes its place; tell"
                                + " IT: %s.";
                String how = states.openPin(file).get();
                note(
                        barred,
                        folder.resolve(file),
                        source,
                        sentence.formatted(file, Verdict.OPEN_TO_OTHERS.clause(), how));
            } else if (!state.startsWith(Census.OPEN)) {
                take(folder, file, source);
            } else if (isFile(file) && !file.startsWith(ANCHORS)) {
                note(
                        doubted,
                        folder.resolve(file),
                        source,
                        notUsed("certificate", file, states.open(file).orElseThrow()));
            }
        });
        stamp.forEach((file, state) -> {
            if (state.equals(FOLDER) && domain(file).filter(anchors::isClosed).isPresent()) {
                problems.add(
                        problem(
                                file,
                                "No authority is in it, so nobody vouches for that domain: no"
                                        + " certificate there is used, and no signature from there"
                                        + " counts. Put one in, or remove the folder."));
            }
        });
        String vouching = stamp.getOrDefault(ANCHORS, "");
        if (vouching.equals(Census.UNREADABLE) || vouching.startsWith(Census.OPEN)) {
            // Nobody knows which domains have authorities of their own.
            anchors.vouchForNobodyElse();
        }
    }

    private static Problem open(String file, String how) {
        String what = file.isEmpty() || file.endsWith("/") ? "Nothing in it is" : "It is not";
        return new Problem(
                file,
                what
                        + " used, because whoever may change it could read all mail to partners: "
                        + how,
                true);
    }

    private static Problem problem(String file, String sentence) {
        return new Problem(file, sentence, false);
    }

    private static boolean isDomainFolder(String file, String state) {
        return state.equals(FOLDER)
                || (state.startsWith(Census.OPEN)
                        && file.startsWith(ANCHORS)
                        && !file.equals(ANCHORS)
                        && file.endsWith("/"));
    }

    static PartnerFiles read(Path folder, AddressSource source) {
        return new PartnerFiles(folder, source);
    }

    static Map<String, String> stamp(Path folder) {
        return PartnerStates.of(folder, FILES_MAX).all();
    }

    private static boolean isFile(String name) {
        return !name.isEmpty() && !name.endsWith("/") && !name.endsWith("*");
    }

    Map<String, String> stamp() {
        return states.all();
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    Anchors anchors() {
        return anchors;
    }

    /// Everybody who has a certificate here.
    List<Address> addresses() {
        return byAddress.keySet().stream().flatMap(key -> Address.parse(key).stream()).toList();
    }

    /// The certificates of each person and each domain.
    Collection<List<Entry>> groups() {
        return byAddress.values();
    }

    /// Those of a domain as a whole, in the same way as hers.
    List<Entry> of(Domain domain) {
        return counting(key(domain));
    }

    /// Hers, and those of her domain.
    List<Entry> forAll(Address address) {
        return Stream.of(of(address), of(address.domain())).flatMap(List::stream).toList();
    }

    /// No address has no local part.
    private static String key(Domain domain) {
        return "@" + domain.name();
    }

    /// Hers; beside a pinned one that others may change only those that are pinned as well.
    List<Entry> of(Address address) {
        return counting(address.key());
    }

    private List<Entry> counting(String key) {
        return byAddress.getOrDefault(key, List.of()).stream()
                .filter(it -> !barred.containsKey(key) || it.trust() == Lookup.Trust.PINNED)
                .toList();
    }

    /// Whether nothing else is looked for: one of hers is pinned, whether it may be used or not.
    boolean isPinned(Address address) {
        return barred.containsKey(address.key())
                || of(address).stream().anyMatch(it -> it.trust() == Lookup.Trust.PINNED);
    }

    /// What is said of somebody whose pinned certificate others may change.
    Optional<Lookup> barred(Address address) {
        return barred(address.key());
    }

    Optional<Lookup> barred(Domain domain) {
        return barred(key(domain));
    }

    private Optional<Lookup> barred(String key) {
        return Optional.ofNullable(barred.get(key))
                .map(sentence -> new Lookup.Unusable(Verdict.OPEN_TO_OTHERS, sentence));
    }

    boolean holds(X509Certificate certificate, String key) {
        return byAddress.getOrDefault(key, List.of()).stream()
                .anyMatch(entry -> entry.certificate().equals(certificate));
    }

    /// Whether the folder `pinned/` holds exactly this certificate.
    boolean isPinned(X509Certificate certificate, String key) {
        return byAddress.getOrDefault(key, List.of()).stream()
                .anyMatch(entry ->
                        entry.trust() == Lookup.Trust.PINNED
                                && entry.certificate().equals(certificate));
    }

    /// @param addresses that the certificate names
    boolean isAnotherPinned(X509Certificate certificate, Set<String> addresses) {
        Stream<String> domains =
                CertificateAddresses.domains(certificate).stream().map(PartnerFiles::key);
        List<String> keys = Stream.concat(addresses.stream(), domains).toList();
        return keys.stream().anyMatch(barred::containsKey)
                || keys.stream()
                        .flatMap(key -> byAddress.getOrDefault(key, List.of()).stream())
                        .anyMatch(entry ->
                                entry.trust() == Lookup.Trust.PINNED
                                        && !entry.certificate().equals(certificate));
    }

    /// The file that bears the address as its name, if it names that person nowhere inside.
    Optional<Lookup> namedAfter(Address address) {
        return Optional.ofNullable(byFileName.get(address.key()))
                .map(file -> Lookup.Unusable.of(Verdict.WRONG_PERSON, "partners/" + file));
    }

    private static String notUsed(String what, String file, String how) {
        return "The %s in partners/%s %s; tell IT: %s."
                .formatted(what, file, Verdict.OPEN_TO_OTHERS.clause(), how);
    }

    /// What is said of somebody of whom nothing else is of use: where a file or a folder is not
    /// read that might be, nobody knows that there is no certificate.
    ///
    /// @param otherwise what would be said
    Lookup doubted(Address address, Lookup otherwise) {
        if (otherwise instanceof Lookup.Unusable(Verdict why, _) && why == Verdict.OPEN_TO_OTHERS) {
            return otherwise;
        }
        boolean pathless =
                otherwise instanceof Lookup.Unusable(Verdict why, _) && why == Verdict.NO_PATH;
        return Optional.ofNullable(doubted.get(address.key()))
                .or(() -> Optional.ofNullable(doubted.get(key(address.domain()))))
                .or(() -> states.open("").map(how -> notUsed("folder", "", how)))
                .or(() ->
                        states.openBelow(ANCHORS)
                                .filter(_ -> pathless)
                                .map(how -> notUsed("folder of authorities", ANCHORS, how)))
                .<Lookup>map(sentence -> new Lookup.Unusable(Verdict.OPEN_TO_OTHERS, sentence))
                .orElse(otherwise);
    }

    /// Takes down of whom a file is that others may change: by what it holds, and by its name.
    ///
    /// @param of by the keys of addresses and domains, what is wrong and what to do
    private void note(Map<String, String> of, Path path, AddressSource source, String sentence) {
        String file = path.getFileName().toString();
        fileAddress(file).ifPresent(address -> of.putIfAbsent(address.key(), sentence));
        try {
            for (X509Certificate certificate : Pem.certificates(path)) {
                Stream.concat(
                                CertificateAddresses.keys(certificate, source).stream(),
                                CertificateAddresses.domains(certificate).stream()
                                        .map(PartnerFiles::key))
                        .limit(CertificateAddresses.NAMES_MAX)
                        .forEach(key -> of.putIfAbsent(key, sentence));
            }
        } catch (IOException e) {
            problems.add(problem(file, "It cannot be read: " + e.getMessage()));
        }
    }

    private void take(Path folder, String file, AddressSource source) {
        try {
            List<X509Certificate> certificates = Pem.certificates(folder.resolve(file));
            if (file.startsWith(ANCHORS)) {
                takeAnchors(file, certificates);
            } else {
                takePeople(file, certificates, source);
            }
        } catch (IOException e) {
            problems.add(problem(file, "It cannot be read: " + e.getMessage()));
        }
    }

    private void takeAnchors(String file, List<X509Certificate> certificates) {
        Optional<Domain> domain = domain(file);
        if (file.indexOf('/', ANCHORS.length()) >= 0 && domain.isEmpty()) {
            problems.add(
                    problem(
                            file,
                            "Its folder is not called by the domain for which it vouches, such as"
                                    + " anchors/partner.example/."));
            return;
        }
        for (X509Certificate certificate : certificates) {
            if (certificate.getBasicConstraints() < 0) {
                problems.add(
                        problem(
                                file,
                                "It is not the certificate of an authority; a person's"
                                        + " certificate belongs into partners/ or pinned/."));
            } else if (PathCheck.isAnchor(certificate)) {
                anchors.add(domain, certificate);
            } else {
                problems.add(problem(file, "Its name constraints cannot be read."));
            }
        }
    }

    /// The domain of whose folder a file below `anchors/` is, or which that folder is.
    private static Optional<Domain> domain(String file) {
        String name = file.substring(ANCHORS.length());
        return Domain.parse(name.substring(0, Math.max(0, name.indexOf('/'))));
    }

    private void takePeople(String file, List<X509Certificate> certificates, AddressSource source) {
        Lookup.Trust trust = file.startsWith(PINNED) ? Lookup.Trust.PINNED : Lookup.Trust.PATH;
        boolean named = false;
        for (X509Certificate certificate : certificates) {
            Entry entry = Entry.of(certificate, certificates, file, trust);
            Set<String> keys = CertificateAddresses.keys(certificate, source);
            Set<Domain> domains = CertificateAddresses.domains(certificate);
            named |= !keys.isEmpty() || !domains.isEmpty();
            if (keys.size() > CertificateAddresses.NAMES_MAX) {
                problems.add(
                        problem(
                                file,
                                "It names more than %d addresses."
                                        .formatted(CertificateAddresses.NAMES_MAX)));
                return;
            }
            for (Domain domain : domains) {
                byAddress.computeIfAbsent(key(domain), k -> new ArrayList<>()).add(entry);
            }
            for (String key : keys) {
                byAddress.computeIfAbsent(key, k -> new ArrayList<>()).add(entry);
            }
        }
        if (!named) {
            problems.add(
                    problem(
                            file,
                            "It names no mail address (subject alternative name rfc822Name) and no"
                                    + " domain (dNSName), so it is never found."));
        }
        fileAddress(file).ifPresent(address -> byFileName.put(address.key(), file));
    }

    /// `ann@partner.example.pem` is meant for that person.
    private static Optional<Address> fileAddress(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return Address.parse(name.substring(0, dot));
    }
}
