package org.postern.facts;

import java.util.Locale;

/// What may be found in a text that makes it health information about somebody.
///
/// PHI means both: something that says who the patient is, and something about health (45 CFR
/// 160.103). A clear identifier makes PHI with any health fact; a weak one, which stands in every
/// signature and newsletter as well, only with a clear health fact.
public enum PhiKind {
    SSN(Role.IDENTIFIER, 10),
    /// A medical record number, by the word before it.
    MRN(Role.IDENTIFIER, 8),
    /// Medicare's beneficiary identifier.
    MBI(Role.IDENTIFIER, 10),
    /// A number of a member or policy, by the word before it.
    INSURANCE(Role.IDENTIFIER, 7),
    BIRTH_DATE(Role.IDENTIFIER, 7),
    /// A name behind "patient" or a word like it, or in the list of a ward.
    NAME(Role.IDENTIFIER, 7),
    PHONE(Role.WEAK_IDENTIFIER, 3),
    ADDRESS(Role.WEAK_IDENTIFIER, 4),
    /// The number of a payment card.
    CARD(Role.WEAK_IDENTIFIER, 4),
    /// A name behind Mr, Mrs, Sra and the like, or one word of a name of whose bearer a fact is
    /// told.
    TITLED_NAME(Role.WEAK_IDENTIFIER, 4),
    /// Two words with a capital that are none of the field's, of no provider, author or reader.
    PERSON(Role.WEAK_IDENTIFIER, 4),
    /// Identifiers of prescribers, which say nothing of a patient.
    NPI(Role.OTHER, 0),
    DEA(Role.OTHER, 0),
    /// A code of ICD-10-CM behind a word that says so.
    ICD(Role.HEALTH, 6),
    /// A word about health near one that says that it is about one person.
    CASE(Role.HEALTH, 4),
    /// The form of such a code without that word: part numbers may look so too.
    ICD_FORM(Role.WEAK_HEALTH, 2),
    /// CPT or HCPCS, behind a word that says so.
    PROCEDURE(Role.HEALTH, 5),
    NDC(Role.HEALTH, 4),
    LAB(Role.HEALTH, 5),
    /// A drug with its dose.
    DOSE(Role.HEALTH, 5),
    DRUG(Role.WEAK_HEALTH, 3),
    /// A word about health.
    TERM(Role.WEAK_HEALTH, 1),
    /// The text as a whole reads like one person's health, by weights that were learned.
    LIKENESS(Role.OTHER, 8);

    private final Role role;
    private final int weight;

    /// What a finding contributes.
    public enum Role {
        IDENTIFIER,
        WEAK_IDENTIFIER,
        HEALTH,
        WEAK_HEALTH,
        OTHER
    }

    PhiKind(Role role, int weight) {
        this.role = role;
        this.weight = weight;
    }

    public Role role() {
        return role;
    }

    /// What each different value adds to the sum from which the score is made.
    public int weight() {
        return weight;
    }

    /// As a policy file says it: `birth-date`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
