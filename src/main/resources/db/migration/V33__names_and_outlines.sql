-- Names of folders that people subscribed to (RFC 3501 §6.3.6): each stays until it is taken back, whatever
-- becomes of the folder. A name is sealed, in base64, for its `word`: those of before keep the one of their
-- folder, and with it their seal.
CREATE TABLE imap_subscription (
    word      VARCHAR(100)  NOT NULL PRIMARY KEY,
    number    BIGINT        NOT NULL,
    owner_key VARCHAR(400)  NOT NULL,
    name      VARCHAR(6000) NOT NULL
);
CREATE INDEX imap_subscription_owner ON imap_subscription (owner_key);
INSERT INTO imap_subscription (number, word, owner_key, name)
    SELECT folder_id, shelf, owner_key, name FROM imap_own_folder WHERE subscribed = TRUE;
ALTER TABLE imap_own_folder DROP COLUMN subscribed;

-- Header section and structure of a message that has come and was filed nowhere yet, as in imap_outline, and
-- whether the header section is in ASCII. It becomes the one of its place, or goes with the message.
CREATE TABLE imap_outline_ahead (
    message_key VARCHAR(22)     NOT NULL PRIMARY KEY,
    outline     VARCHAR(200000) NOT NULL,
    ascii       BOOLEAN         NOT NULL,
    CONSTRAINT imap_outline_ahead_message FOREIGN KEY (message_key)
        REFERENCES message (message_key) ON DELETE CASCADE
);
