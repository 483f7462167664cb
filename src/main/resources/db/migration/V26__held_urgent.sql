-- Of the day's mails to a person those that could not wait for the next ordinary one; sent counts
-- the others.
ALTER TABLE held_pace ADD COLUMN urgent INTEGER DEFAULT 0 NOT NULL;
