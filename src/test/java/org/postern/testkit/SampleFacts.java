package org.postern.testkit;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.gathering.InsideLook;
import org.postern.gathering.PhiLook;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.transit.Inspection;

/// Facts of a message about which a test says only what it is about.
public final class SampleFacts {
    /// A Wednesday.
    public static final LocalDateTime NOON = LocalDateTime.of(2026, 1, 7, 12, 0);

    /// A policy that asks for no files, at noon.
    public static final Inspection.Wants WANTS =
            new Inspection.Wants(
                    () ->
                            new InsideLook(
                                    false,
                                    false,
                                    Phi.RecordForms.NONE,
                                    new PhiLook(1, NOON::getYear)),
                    () -> NOON);

    /// All was read, and nothing found.
    public static final Phi NO_PHI = new Phi(0, 0, Map.of(), true);

    public static final Set<Domain> INTERNAL = Set.of(new Domain("clinic.example"));

    private SampleFacts() {}

    /// An inspection that asks nobody.
    public static Inspection inspection(Set<Domain> internal, Domain hostname) {
        return new Inspection(internal, hostname, Optional.empty(), WANTS);
    }

    /// A message of prose alone.
    public static Facts of(
            Entry entry, List<Address> recipients, Subject subject, Facts.Fields fields) {
        Makeup makeup = new Makeup(1_000, SmimeLabel.NONE, List.of(), true);
        return new Facts(entry, recipients, subject, fields, makeup, NO_PHI, INTERNAL);
    }

    /// How it came in, at noon and without a log-in.
    public static Entry entry(Listener listener, @Nullable Address originator) {
        return new Entry(listener, originator, null, NOON, Optional.empty());
    }
}
