package org.postern.phi;

/// What a word says about those near it, by the sections of the vocabulary.
@SuppressWarnings("EnumOrdinal") // bits of one scan, never stored
enum Cue {
    HEALTH,
    DRUG,
    LAB,
    /// Words behind which the figure of a lab value is one that was aimed at, not one that was
    /// found.
    GOAL,
    UNIT,
    SSN,
    MRN,
    INSURANCE,
    BIRTH,
    PATIENT,
    /// A name of one word may follow.
    FAMILY,
    TITLE,
    /// Whoever is named behind it treats patients, or works with them.
    PROVIDER,
    /// The name behind it is that of the author.
    FAREWELL,
    /// The name behind it is that of the reader.
    GREETING,
    /// It is about one person's state, not about health in general.
    CASE,
    NPI,
    DEA,
    ICD,
    PROCEDURE,
    NDC,
    PRESSURE,
    PHONE,
    CARD,
    STREET,
    /// Spanish puts it before the name of the street.
    STREET_BEFORE,
    /// Orders, invoices, tickets: the number behind it is not a patient's.
    BUSINESS,
    MONTH,
    /// Words with a capital that follow "Patient" and are no name.
    NO_NAME;

    long bit() {
        return 1L << ordinal();
    }
}
