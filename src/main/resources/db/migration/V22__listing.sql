-- What lists of messages need stands in the order in which it is read, so that a folder of a hundred
-- thousand is listed without a look at a row by its random key for each.

-- In which order messages came to be known; 0 for those that were here before.
ALTER TABLE message ADD COLUMN number BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE imap_state ADD COLUMN numbered BIGINT DEFAULT 0 NOT NULL;
DROP INDEX message_clinician;
CREATE INDEX message_clinician ON message (clinician_key, direction, number);

-- Up to which number a folder has all messages that belong into it; -1 where that is not known, so that
-- it is compared with the mailbox as a whole.
ALTER TABLE imap_folder ADD COLUMN seen BIGINT DEFAULT -1 NOT NULL;

-- Of each message in a folder what never changes.
ALTER TABLE imap_filed ADD COLUMN thread_id VARCHAR(22) DEFAULT '' NOT NULL;
ALTER TABLE imap_filed ADD COLUMN octets BIGINT DEFAULT 0 NOT NULL;

-- Whether it was sent to a patient, so that something becomes of it.
ALTER TABLE imap_filed ADD COLUMN sent BOOLEAN DEFAULT FALSE NOT NULL;
CREATE INDEX imap_filed_sent ON imap_filed (folder_id, sent);

UPDATE imap_filed SET
    thread_id = (SELECT m.thread_id FROM message m WHERE m.message_key = imap_filed.message_key),
    octets = (SELECT m.octets FROM message m WHERE m.message_key = imap_filed.message_key),
    received = COALESCE(received,
        (SELECT m.arrived FROM message m WHERE m.message_key = imap_filed.message_key)),
    saved = COALESCE(saved,
        (SELECT m.arrived FROM message m WHERE m.message_key = imap_filed.message_key))
WHERE message_key IN (SELECT message_key FROM message);
UPDATE imap_filed SET sent = TRUE
WHERE message_key IN (SELECT message_key FROM message WHERE direction = 'TO_PATIENT');

-- Places of messages that are not kept any more, until the folder is looked at.
CREATE TABLE imap_leaving (
    folder_id BIGINT NOT NULL,
    uid       BIGINT NOT NULL,
    PRIMARY KEY (folder_id, uid),
    CONSTRAINT imap_leaving_place FOREIGN KEY (folder_id, uid)
        REFERENCES imap_filed (folder_id, uid) ON DELETE CASCADE
);

-- Header section and structure of a message, sealed, in base64, by its place in a folder; it goes with
-- the place. Those that were kept by their messages are made again.
DROP TABLE imap_outline;
CREATE TABLE imap_outline (
    folder_id BIGINT          NOT NULL,
    uid       BIGINT          NOT NULL,
    outline   VARCHAR(200000) NOT NULL,
    PRIMARY KEY (folder_id, uid),
    CONSTRAINT imap_outline_place FOREIGN KEY (folder_id, uid)
        REFERENCES imap_filed (folder_id, uid) ON DELETE CASCADE
);

-- From which the keys of a person's outlines are derived: a wrapped key, in base64.
CREATE TABLE imap_outline_key (
    owner_key VARCHAR(400) NOT NULL PRIMARY KEY,
    line      VARCHAR(100) NOT NULL
);
