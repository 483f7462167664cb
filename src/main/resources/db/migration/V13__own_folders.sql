-- Folders that clinicians made: `shelf` as in imap_folder. A name may be that of a patient, so it is
-- sealed, in base64.
CREATE TABLE imap_own_folder (
    shelf      VARCHAR(100)  NOT NULL PRIMARY KEY,
    folder_id  BIGINT        NOT NULL,
    owner_key  VARCHAR(400)  NOT NULL,
    name       VARCHAR(6000) NOT NULL,
    subscribed BOOLEAN       NOT NULL
);
CREATE INDEX imap_own_folder_owner ON imap_own_folder (owner_key);

-- A message lies in as many folders as it was copied to, and as often; `received` is what its mail
-- program called its date, if that was not the day on which it came here.
ALTER TABLE imap_filed ADD COLUMN received BIGINT;
ALTER TABLE imap_filed DROP CONSTRAINT imap_filed_once;
CREATE INDEX imap_filed_of_folder ON imap_filed (folder_id, message_key);
