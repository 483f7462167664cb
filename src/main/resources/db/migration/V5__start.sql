-- Links by which patients write first. token_hash is SHA-256("start" | token); the mailbox that got
-- the link is all that it proves. request names what was asked for in the audit.
-- Times are milliseconds since 1970, UTC.
CREATE TABLE start_link (
    token_hash VARCHAR(64)  NOT NULL PRIMARY KEY,
    desk       VARCHAR(40)  NOT NULL,
    patient    VARCHAR(400) NOT NULL,
    request    VARCHAR(16)  NOT NULL,
    expires    BIGINT       NOT NULL,
    sent       BIGINT
);
CREATE INDEX start_link_expires ON start_link (expires);

-- Who reads along for a patient, by her own invitation or the clinic's. name is sealed; code_hash is
-- the keyed, slow hash of a code that was told and never mailed.
CREATE TABLE caregiver (
    caregiver_id VARCHAR(22)  NOT NULL PRIMARY KEY,
    patient      VARCHAR(400) NOT NULL,
    patient_key  VARCHAR(400) NOT NULL,
    address      VARCHAR(400) NOT NULL,
    address_key  VARCHAR(400) NOT NULL,
    name         VARCHAR(800) NOT NULL,
    code_hash    VARCHAR(64)  NOT NULL,
    sensitive    BOOLEAN      NOT NULL,
    invited      BIGINT       NOT NULL,
    invited_by   VARCHAR(10)  NOT NULL,
    ends         BIGINT       NOT NULL,
    revoked      BIGINT
);
CREATE INDEX caregiver_patient ON caregiver (patient_key);

-- A caregiver's own links: token_hash is SHA-256("caregiver" | token).
CREATE TABLE caregiver_link (
    token_hash   VARCHAR(64) NOT NULL PRIMARY KEY,
    caregiver_id VARCHAR(22) NOT NULL,
    message_key  VARCHAR(22) NOT NULL,
    expires      BIGINT      NOT NULL
);
CREATE INDEX caregiver_link_expires ON caregiver_link (expires);

-- Set in a session of a caregiver; the patient is whom she reads for.
ALTER TABLE pickup_session ADD COLUMN caregiver_id VARCHAR(22);
