-- How often folders of clinicians were changed, all together. The same number is kept in a file outside
-- of the database: where the database knows less than that, it is an older one that was put back, and
-- UIDs that it would give were given already.
CREATE TABLE imap_state (
    changes BIGINT NOT NULL
);

INSERT INTO imap_state (changes) VALUES (0);

-- What was taken from a folder goes with its message.
CREATE INDEX imap_filed_message ON imap_filed (message_key);

DELETE FROM imap_filed WHERE expunged = TRUE
    AND message_key NOT IN (SELECT message_key FROM message);
