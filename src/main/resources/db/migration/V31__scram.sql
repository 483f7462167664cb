-- What SCRAM-SHA-256 (RFC 5802, section 3) needs of an app password, in base64; null for those that are older.
ALTER TABLE app_password ADD COLUMN stored_key VARCHAR(44);
ALTER TABLE app_password ADD COLUMN server_key VARCHAR(44);

-- The secret of which the salts of all names are made: 256 random bits in base64, in one row, made at the
-- first start after this.
CREATE TABLE scram_salt (secret VARCHAR(44) NOT NULL);
