-- UIDs that were taken out of a folder, both ends included, and the change that took them: a mail program
-- that was away hears of them (RFC 7162 §3.2). What was taken by changes up to vanished_floor may be
-- forgotten: whoever knows less than that is told of every UID that is not there.
CREATE TABLE imap_vanished (
    folder_id BIGINT NOT NULL,
    first_uid BIGINT NOT NULL,
    last_uid  BIGINT NOT NULL,
    modseq    BIGINT NOT NULL,
    PRIMARY KEY (folder_id, first_uid)
);
CREATE INDEX imap_vanished_change ON imap_vanished (folder_id, modseq);

ALTER TABLE imap_folder ADD COLUMN vanished_floor BIGINT DEFAULT 0 NOT NULL;
UPDATE imap_folder SET vanished_floor = modseq;
