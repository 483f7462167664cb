-- A rule may give a message an end of its own, and the language of its notices. Milliseconds since 1970, UTC.
ALTER TABLE message ADD COLUMN ends BIGINT;
ALTER TABLE message ADD COLUMN language VARCHAR(3);
CREATE INDEX message_ends ON message (ends);
