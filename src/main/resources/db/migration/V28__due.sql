-- What became of a message is looked at anew from an instant on: 0 for at once, null for never of itself.
-- Milliseconds since 1970, UTC. The folder stands once more beside it, because HSQLDB takes the primary key
-- for whatever begins with folder_id. Each message to a patient is looked at once after this, and of those
-- to nobody what has a keyword in a folder with one of the words: a mail program may have given it one
-- before these were the gateway's alone. Not all: a look would hold up every writer for a whole INBOX.
ALTER TABLE imap_filed ADD COLUMN sent_in BIGINT;
ALTER TABLE imap_filed ADD COLUMN due BIGINT;
UPDATE imap_filed SET sent_in = folder_id, due = 0
WHERE NOT expunged AND (sent = TRUE OR flags >= 256 AND folder_id IN
    (SELECT k.folder_id FROM imap_keyword k
        WHERE LOWER(k.word) IN ('$waiting', '$read', '$replied', '$expired', '$failed')));
CREATE INDEX imap_filed_due ON imap_filed (sent_in, due);

-- The latest end of links that was taken as over in a folder; null if none was. If it is still to come by
-- the clock, a clock was ahead once, and the folder is looked at anew.
ALTER TABLE imap_folder ADD COLUMN links_over BIGINT;

-- What these answered is answered by the ones above.
DROP INDEX imap_filed_sent;
ALTER TABLE imap_filed DROP COLUMN sent;

-- Whether the header section of a message is in ASCII, so that it is shown alike to everybody and has one
-- size; null where nobody has looked yet.
ALTER TABLE imap_filed ADD COLUMN ascii BOOLEAN;
