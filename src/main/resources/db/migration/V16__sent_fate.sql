-- A patient answered a message by ordinary mail, which does not lie here. Milliseconds since 1970, UTC.
ALTER TABLE message ADD COLUMN answered BIGINT;
