-- Since when a message is kept, and how much time a rule gave it from then on: by these it is destroyed, and
-- not by when it came. Time as it went by in milliseconds, which began at 1970, UTC, by the clock of the
-- first start and is moved by no clock that is set. Messages from before this are as old as they are.
ALTER TABLE message ADD COLUMN kept BIGINT;
ALTER TABLE message ADD COLUMN lasts BIGINT;
UPDATE message SET kept = arrived;
CREATE INDEX message_kept ON message (kept);

-- Whether its author is written to about a message: not where the clinic's own server passed on what may be
-- anybody's.
ALTER TABLE message ADD COLUMN told BOOLEAN DEFAULT TRUE NOT NULL;
