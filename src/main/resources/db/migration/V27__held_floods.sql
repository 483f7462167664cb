-- Of the day's mails to a person those that a reminder had of its own.
ALTER TABLE held_pace ADD COLUMN reminding INTEGER DEFAULT 0 NOT NULL;

-- Held mail has few rows among all that the mailboxes keep; they are looked for by what they show.
CREATE INDEX message_shown ON message (direction, queue_id);
