-- How a patient knows the clinic's mail, and gets in without a tap. Times are milliseconds since
-- 1970, UTC.

-- Codes that are typed in the place of a link. code_hash is keyed and slow (Argon2id); link is the
-- link's token under a pad that only the code gives.
CREATE TABLE typed_code (
    code_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    link      VARCHAR(64) NOT NULL,
    expires   BIGINT      NOT NULL
);
CREATE INDEX typed_code_expires ON typed_code (expires);

-- The word that a patient chose, sealed.
CREATE TABLE patient_word (
    patient_key VARCHAR(400) NOT NULL PRIMARY KEY,
    word        VARCHAR(800) NOT NULL,
    chosen      BIGINT       NOT NULL
);
