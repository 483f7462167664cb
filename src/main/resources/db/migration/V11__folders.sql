-- Folders of clinicians, as their mail programs see them: views on what lies in `message`. Times are
-- milliseconds since 1970, UTC. Unlike `message` these rows cannot be rebuilt: where they are lost,
-- uid_validity becomes another one, and mail programs fetch everything again.

-- uid_next and modseq never go back. UIDs from first_recent on were told to no session yet.
CREATE TABLE imap_folder (
    folder_id    BIGINT       NOT NULL PRIMARY KEY,
    owner_key    VARCHAR(400) NOT NULL,
    shelf        VARCHAR(100) NOT NULL,
    uid_validity BIGINT       NOT NULL,
    uid_next     BIGINT       NOT NULL,
    modseq       BIGINT       NOT NULL,
    first_recent BIGINT       NOT NULL,
    CONSTRAINT imap_folder_once UNIQUE (owner_key, shelf)
);

-- The keyword behind each of the upper bits of `flags`.
CREATE TABLE imap_keyword (
    folder_id BIGINT       NOT NULL,
    place     INTEGER      NOT NULL,
    word      VARCHAR(100) NOT NULL,
    PRIMARY KEY (folder_id, place)
);

-- A message in a folder. An expunged one stays here as long as the message itself is kept, so that
-- it does not come back: the folder is a view, and what is taken from it is not taken from the
-- patient.
CREATE TABLE imap_filed (
    folder_id   BIGINT      NOT NULL,
    uid         BIGINT      NOT NULL,
    message_key VARCHAR(22) NOT NULL,
    flags       BIGINT      NOT NULL,
    modseq      BIGINT      NOT NULL,
    expunged    BOOLEAN     NOT NULL,
    PRIMARY KEY (folder_id, uid),
    CONSTRAINT imap_filed_once UNIQUE (folder_id, message_key)
);

-- Header section and structure of a message, sealed, in base64, so that lists open no body. It goes
-- with its message.
CREATE TABLE imap_outline (
    message_key VARCHAR(22)     NOT NULL PRIMARY KEY,
    outline     VARCHAR(200000) NOT NULL,
    CONSTRAINT imap_outline_message FOREIGN KEY (message_key)
        REFERENCES message (message_key) ON DELETE CASCADE
);

CREATE INDEX message_clinician ON message (clinician_key, direction);
