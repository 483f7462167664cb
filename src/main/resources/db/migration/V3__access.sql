-- Who the reader is: sessions that know their device and what was checked, devices, passkeys, codes,
-- wrong answers. What is looked up by a secret holds a hash of it alone.
-- Times are milliseconds since 1970, UTC. A patient is named by the key of the address.

-- Sessions from before know nothing of a check; their readers answer again.
DROP TABLE pickup_session;
CREATE TABLE pickup_session (
    secret_hash VARCHAR(64)  NOT NULL PRIMARY KEY,
    patient     VARCHAR(400) NOT NULL,
    patient_key VARCHAR(400) NOT NULL,
    thread_id   VARCHAR(22)  NOT NULL,
    opened      BIGINT       NOT NULL,
    used        BIGINT       NOT NULL,
    arrived     BOOLEAN      NOT NULL,
    device_hash VARCHAR(64),
    check_word  VARCHAR(20)  NOT NULL,
    checked     BIGINT       NOT NULL
);
CREATE INDEX pickup_session_used ON pickup_session (used);
CREATE INDEX pickup_session_patient ON pickup_session (patient_key);
CREATE INDEX pickup_session_device ON pickup_session (device_hash);

-- Remembered devices: id_hash is SHA-256("device-id" | id), the others SHA-256("device" | secret).
-- former_hash is good until the newest secret was seen, and for a short time after that.
CREATE TABLE device (
    id_hash     VARCHAR(64)  NOT NULL PRIMARY KEY,
    patient     VARCHAR(400) NOT NULL,
    patient_key VARCHAR(400) NOT NULL,
    name        VARCHAR(60)  NOT NULL,
    secret_hash VARCHAR(64)  NOT NULL,
    former_hash VARCHAR(64),
    seen        BOOLEAN      NOT NULL,
    rotated     BIGINT       NOT NULL,
    created     BIGINT       NOT NULL,
    used        BIGINT       NOT NULL,
    check_word  VARCHAR(20)  NOT NULL,
    checked     BIGINT       NOT NULL
);
CREATE INDEX device_patient ON device (patient_key);

-- Public keys of passkeys: id_hash is SHA-256("passkey" | credential id).
CREATE TABLE passkey (
    id_hash     VARCHAR(64)   NOT NULL PRIMARY KEY,
    credential  VARCHAR(1400) NOT NULL,
    patient     VARCHAR(400)  NOT NULL,
    patient_key VARCHAR(400)  NOT NULL,
    name        VARCHAR(60)   NOT NULL,
    public_data VARCHAR(8000) NOT NULL,
    uses        BIGINT        NOT NULL,
    created     BIGINT        NOT NULL,
    used        BIGINT        NOT NULL
);
CREATE INDEX passkey_patient ON passkey (patient_key);

-- One living code for whoever asked; code_mac is keyed, because six digits are soon tried.
DROP TABLE mailed_code;
CREATE TABLE check_code (
    ask_hash    VARCHAR(64)  NOT NULL PRIMARY KEY,
    patient_key VARCHAR(400) NOT NULL,
    check_word  VARCHAR(20)  NOT NULL,
    code_mac    VARCHAR(64)  NOT NULL,
    expires     BIGINT       NOT NULL
);
CREATE INDEX check_code_patient ON check_code (patient_key);
CREATE INDEX check_code_expires ON check_code (expires);

-- Wrong answers, for patient and check; never reset by a new link or a new code. A right answer
-- settles those before it, so that they cost no wait; they still count for thirty days.
DROP TABLE check_tries;
CREATE TABLE wrong_answer (
    patient_key VARCHAR(400) NOT NULL,
    check_word  VARCHAR(20)  NOT NULL,
    given       BIGINT       NOT NULL,
    settled     BOOLEAN      NOT NULL
);
CREATE INDEX wrong_answer_patient ON wrong_answer (patient_key, check_word);
CREATE INDEX wrong_answer_given ON wrong_answer (given);

-- active, paused (by wrong answers), replaced (by a fresh link), expired.
ALTER TABLE pickup_grant ADD COLUMN state VARCHAR(10) DEFAULT 'active' NOT NULL;

-- What the reader has to show before this message is opened.
ALTER TABLE message ADD COLUMN guard_level VARCHAR(10) DEFAULT 'normal' NOT NULL;
ALTER TABLE message ADD COLUMN guard_pin VARCHAR(64);
