-- When a message came into its folder (RFC 8514), if that was not when it came here.
ALTER TABLE imap_filed ADD COLUMN saved BIGINT;

-- What a folder is for that somebody made: RFC 6154. Empty if it is for nothing special.
ALTER TABLE imap_own_folder ADD COLUMN special_use VARCHAR(20) DEFAULT '' NOT NULL;
