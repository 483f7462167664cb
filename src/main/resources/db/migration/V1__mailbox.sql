-- What the secure mailbox must find quickly. No subject, no file name, no content, no token: those
-- lie in the sealed bodies, and all of `message` can be rebuilt from their heads.
-- Times are milliseconds since 1970, UTC. The SQL is standard, so that PostgreSQL can run it too.

CREATE TABLE message (
    message_key   VARCHAR(22)    NOT NULL PRIMARY KEY,
    thread_id     VARCHAR(22)    NOT NULL,
    queue_id      VARCHAR(16)    NOT NULL,
    direction     VARCHAR(12)    NOT NULL,
    clinician     VARCHAR(400)   NOT NULL,
    clinician_key VARCHAR(400)   NOT NULL,
    patient       VARCHAR(400)   NOT NULL,
    patient_key   VARCHAR(400)   NOT NULL,
    message_id    VARCHAR(1000)  NOT NULL,
    id_hash       VARCHAR(64)    NOT NULL,
    mentions      VARCHAR(60000) NOT NULL,
    arrived       BIGINT         NOT NULL,
    octets        BIGINT         NOT NULL,
    notified      BOOLEAN        NOT NULL,
    read_at       BIGINT,
    CONSTRAINT message_stored_once UNIQUE (queue_id, patient_key, direction)
);
CREATE INDEX message_thread ON message (thread_id);
CREATE INDEX message_id_hash ON message (id_hash);
CREATE INDEX message_patient ON message (patient_key, arrived);

-- The right to fetch: token_hash is SHA-256("lookup" | token).
CREATE TABLE pickup_grant (
    token_hash  VARCHAR(64) NOT NULL PRIMARY KEY,
    message_key VARCHAR(22) NOT NULL,
    expires     BIGINT      NOT NULL
);
CREATE INDEX pickup_grant_message ON pickup_grant (message_key);
CREATE INDEX pickup_grant_expires ON pickup_grant (expires);

-- Wrong answers, counted for patient and check; never reset by a new link or a new code.
CREATE TABLE check_tries (
    patient_key VARCHAR(400) NOT NULL,
    check_word  VARCHAR(20)  NOT NULL,
    wrong       INTEGER      NOT NULL,
    not_before  BIGINT       NOT NULL,
    PRIMARY KEY (patient_key, check_word)
);

-- One living code for a message at most; code_mac is keyed, because six digits are soon tried.
CREATE TABLE mailed_code (
    message_key VARCHAR(22) NOT NULL PRIMARY KEY,
    code_mac    VARCHAR(64) NOT NULL,
    expires     BIGINT      NOT NULL
);

-- Sessions of the pickup page: secret_hash is SHA-256("session" | secret).
CREATE TABLE pickup_session (
    secret_hash VARCHAR(64)  NOT NULL PRIMARY KEY,
    patient     VARCHAR(400) NOT NULL,
    thread_id   VARCHAR(22)  NOT NULL,
    opened      BIGINT       NOT NULL,
    used        BIGINT       NOT NULL
);
CREATE INDEX pickup_session_used ON pickup_session (used);
