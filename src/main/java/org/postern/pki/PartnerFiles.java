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
    private static final String EVERYBODY = "";

    private final Path folder;
    private final PartnerStates states;
    private final Map<String, List<Entry>> byAddress = new HashMap<>();
    private final Map<String, String> byFileName = new HashMap<>();

    /// Of whom others than root and the gateway may change what is pinned: by the same keys, what
    /// is wrong and what to do.
    private final Map<String, String> barred = new HashMap<>();

    /// Of whom others may change what lies beside `pinned/`, in the same way.
    private final Map<String, String> doubted = new HashMap<>();

    /// Of whom a file cannot be read, by its name, in the same way; under [#EVERYBODY] that nobody
    /// knows of whom, and under [#ANCHORS] that authorities are not known.
    private final Map<String, String> unread = new HashMap<>();

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

    /// @param states of its files, as they were looked at
    PartnerFiles(Path folder, PartnerStates states, AddressSource source) {
        this.folder = folder;
        this.states = states;
        Map<String, String> stamp = states.all();
        if (!Files.isDirectory(folder)) {
            problems.add(problem("", "There is no folder " + folder + "; make it."));
        }
        if (stamp.size() >= FILES_MAX) {
            problems.add(
                    problem("", "There are too many files; %d are read.".formatted(FILES_MAX)));
        }
        states.hidden(FILES_MAX)
                .ifPresent(why ->
                        unread.put(
                                EVERYBODY,
                                "Not all certificates in partners/ are known; tell IT: %s."
                                        .formatted(why)));
        stamp.forEach((file, state) -> {
            if (state.startsWith(Census.OPEN)) {
                problems.add(open(file, state.substring(Census.OPEN.length())));
            }
            if (states.isDomainFolder(file)) {
                // It comes before the files in it.
                domain(file).ifPresent(anchors::close);
            } else if (PartnerStates.isFile(file) && states.openPin(file).isPresent()) {
                String sentence =
                        "The certificate in partners/%s %s, and no other one takes its place; tell"
                                + " IT: %s.";
                String how = states.openPin(file).get();
                note(
                        barred,
                        file,
                        source,
                        sentence.formatted(file, Verdict.OPEN_TO_OTHERS.clause(), how));
            } else if (!state.startsWith(Census.OPEN)) {
                take(file, source);
            } else if (PartnerStates.isFile(file) && !file.startsWith(ANCHORS)) {
                note(
                        doubted,
                        file,
                        source,
                        notUsed("certificate", file, states.open(file).orElseThrow()));
            }
        });
        closeAnchors(stamp);
    }

    private void closeAnchors(Map<String, String> stamp) {
        stamp.forEach((file, state) -> {
            if (state.equals(PartnerStates.FOLDER)
                    && domain(file).filter(anchors::isClosed).isPresent()) {
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
                true,
                false);
    }

    private static Problem problem(String file, String sentence) {
        return new Problem(file, sentence, false, false);
    }

    static PartnerFiles read(Path folder, AddressSource source) {
        return new PartnerFiles(folder, PartnerStates.of(folder, FILES_MAX), source);
    }

    static Map<String, String> stamp(Path folder) {
        return PartnerStates.of(folder, FILES_MAX).all();
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
        return counting(CertificateAddresses.key(domain));
    }

    /// Hers, and those of her domain.
    List<Entry> forAll(Address address) {
        return Stream.of(of(address), of(address.domain())).flatMap(List::stream).toList();
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
        return barred(CertificateAddresses.key(domain));
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
                CertificateAddresses.domains(certificate).stream().map(CertificateAddresses::key);
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
        if (otherwise instanceof Lookup.Unusable(Verdict why, _) && why.isDoubt()) {
            return otherwise;
        }
        boolean pathless =
                otherwise instanceof Lookup.Unusable(Verdict why, _) && why == Verdict.NO_PATH;
        String domain = CertificateAddresses.key(address.domain());
        return Optional.ofNullable(doubted.get(address.key()))
                .or(() -> Optional.ofNullable(doubted.get(domain)))
                .or(() -> states.open("").map(how -> notUsed("folder", "", how)))
                .or(() ->
                        states.openBelow(ANCHORS)
                                .filter(_ -> pathless)
                                .map(how -> notUsed("folder of authorities", ANCHORS, how)))
                .<Lookup>map(sentence -> new Lookup.Unusable(Verdict.OPEN_TO_OTHERS, sentence))
                .or(() ->
                        Stream.of(address.key(), EVERYBODY, pathless ? ANCHORS : EVERYBODY)
                                .flatMap(key -> Stream.ofNullable(unread.get(key)))
                                .findFirst()
                                .map(sentence -> new Lookup.Unusable(Verdict.NOT_READ, sentence)))
                .orElse(otherwise);
    }

    /// Takes down of whom a file is that others may change: by what it holds, and by its name.
    ///
    /// @param of by the keys of addresses and domains, what is wrong and what to do
    private void note(Map<String, String> of, String file, AddressSource source, String sentence) {
        CertificateAddresses.ofFile(file)
                .ifPresent(address -> of.putIfAbsent(address.key(), sentence));
        try {
            for (X509Certificate certificate : Pem.certificates(folder.resolve(file))) {
                CertificateAddresses.all(certificate, source)
                        .forEach(key -> of.putIfAbsent(key, sentence));
            }
        } catch (IOException e) {
            if (states.open(file).isEmpty()) {
                problems.add(problem(file, "It cannot be read: " + e.getMessage()));
            }
        }
    }

    private void take(String file, AddressSource source) {
        try {
            List<X509Certificate> certificates = Pem.certificates(folder.resolve(file));
            if (file.startsWith(ANCHORS)) {
                takeAnchors(file, certificates);
            } else {
                takePeople(file, certificates, source);
            }
        } catch (IOException e) {
            problems.add(problem(file, "It cannot be read: " + e.getMessage()));
            Optional<String> of =
                    file.startsWith(ANCHORS)
                            ? Optional.of(ANCHORS)
                            : CertificateAddresses.ofFile(file).map(Address::key);
            // It may be half written, or not be for the gateway's user to read.
            of.ifPresent(key ->
                    unread.putIfAbsent(
                            key,
                            "The certificate in partners/%s %s; tell IT: %s."
                                    .formatted(file, Verdict.NOT_READ.clause(), e.getMessage())));
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
        List<String> wrong = anchors.add(domain, certificates);
        boolean isUsed = wrong.size() < certificates.size();
        wrong.stream()
                .distinct()
                .map(it -> new Problem(file, (isUsed ? "Of one in it: " : "") + it, false, isUsed))
                .forEach(problems::add);
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
            for (String key : CertificateAddresses.all(certificate, source)) {
                byAddress.computeIfAbsent(key, _ -> new ArrayList<>()).add(entry);
            }
        }
        if (!named) {
            problems.add(
                    problem(
                            file,
                            "It names no mail address (subject alternative name rfc822Name) and no"
                                    + " domain (dNSName), so it is never found."));
        }
        CertificateAddresses.ofFile(file).ifPresent(address -> byFileName.put(address.key(), file));
    }
}
