-- What patients wrote, told apart by writing: one form as it was loaded in one tab. Times are
-- milliseconds since 1970, UTC.

-- A writer may have the same form open in two tabs; what is typed into one replaces and forgets
-- nothing of the other. Words from before belong to no tab any more.
CREATE TABLE unsent_words (
    writer_key VARCHAR(400)    NOT NULL,
    place      VARCHAR(100)    NOT NULL,
    writing    VARCHAR(64)     NOT NULL,
    words      VARCHAR(130000) NOT NULL,
    saved      BIGINT          NOT NULL,
    PRIMARY KEY (writer_key, place, writing)
);
CREATE INDEX unsent_words_saved ON unsent_words (saved);

INSERT INTO unsent_words (writer_key, place, writing, words, saved)
    SELECT writer_key, place, 'before', words, saved FROM unsent;
DROP TABLE unsent;

-- Writings that are over since a moment: what their script had on the way then brings nothing back.
CREATE TABLE writing_over (
    writer_key VARCHAR(400) NOT NULL,
    writing    VARCHAR(64)  NOT NULL,
    ended      BIGINT       NOT NULL,
    PRIMARY KEY (writer_key, writing)
);
CREATE INDEX writing_over_ended ON writing_over (ended);

-- When the mail with a caregiver's link was on disk; null as long as it is not. It is tried again
-- until then.
ALTER TABLE caregiver_link ADD COLUMN mailed BIGINT;
UPDATE caregiver_link SET mailed = 0;
CREATE INDEX caregiver_link_message ON caregiver_link (message_key);
