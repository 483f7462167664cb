-- Patients who ask for keys of their own, one open request of each. A person is named by the key of
-- the address. Milliseconds since 1970, UTC; told is null until IT was mailed.
CREATE TABLE asked_key (
    patient_key VARCHAR(400) NOT NULL PRIMARY KEY,
    patient     VARCHAR(400) NOT NULL,
    asked       BIGINT       NOT NULL,
    told        BIGINT
);
