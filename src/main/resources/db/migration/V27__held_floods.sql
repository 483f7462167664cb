-- Of the day's mails to a person those that a reminder had of its own.
ALTER TABLE held_pace ADD COLUMN reminding INTEGER DEFAULT 0 NOT NULL;
