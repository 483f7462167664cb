package org.postern.phi;

/// What a word says about those near it, by the sections of the vocabulary.
@SuppressWarnings("EnumOrdinal") // bits of one scan, never stored
enum Cue {
    HEALTH,
    /// A word about health that names a service, a device or a campaign as often as somebody's
    /// state.
    TOPIC,
    /// What was found: somebody's state, a drug, a figure; set by the scan, not by a word.
    FACT,
    /// What comes behind it may be, and is not said to be: if, when.
    CONDITION,
    /// What a test showed: came back, positive.
    RESULT,
    DRUG,
    LAB,
    /// Words behind which the figure of a lab value is one that was aimed at, not one that was
    /// found.
    GOAL,
    UNIT,
    SSN,
    MRN,
    /// The same directly before a number alone, since it means other things too.
    MRN_LETTERS,
    INSURANCE,
    BIRTH,
    /// A letter that means birth directly before a date alone.
    BIRTH_LETTER,
    PATIENT,
    /// A name of one word may follow: of a relative, or of whoever speaks.
    FAMILY,
    TITLE,
    /// Whoever is named behind it treats patients, or works with them.
    PROVIDER,
    /// The name behind it is that of the author.
    FAREWELL,
    /// The name behind it is that of the reader.
    GREETING,
    /// As the name of a header field, with a colon: the author follows.
    FROM,
    /// The same: the reader follows.
    TO,
    /// The same: the patient follows.
    ABOUT,
    /// [#FROM] with its colon.
    SENDER,
    /// It is about one person's state, not about health in general.
    CASE,
    /// The author speaks of himself.
    SELF,
    /// The reader is spoken to.
    YOU,
    /// The text is for many people, or about things: a newsletter, an order, a rule of the house.
    GENERAL,
    /// The same, so clearly that one is enough.
    NOTICE,
    /// A first name.
    GIVEN,
    SURNAME,
    /// A word of every day, which is no name.
    COMMON,
    /// It stands behind the name of somebody who treats patients.
    DEGREE,
    /// The same behind a comma: what somebody does in the house, or where.
    ROLE,
    /// What follows about a person is about him as a professional.
    CREDENTIAL,
    /// The number or address beside it is a person's.
    PERSONAL,
    /// Directly behind a number it makes an age: "61F".
    AGE,
    /// Stands between the words of a name: de, van.
    LINK,
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
    MONTH;

    long bit() {
        return 1L << ordinal();
    }
}
