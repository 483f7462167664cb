-- Who is to be written to about which held message: one row for each person, hold (named by its
-- beginning, in milliseconds) and kind: ask or remind. A person is named by the key of the address.
-- batch: the mail of this person that tells of it; null until one is begun. Rows stay while the
-- message is held, so that nobody is asked twice.
CREATE TABLE held_ask (
    person   VARCHAR(400) NOT NULL,
    queue_id VARCHAR(16)  NOT NULL,
    since    BIGINT       NOT NULL,
    kind     VARCHAR(6)   NOT NULL,
    due      BIGINT       NOT NULL,
    ends     BIGINT,
    batch    BIGINT,
    told     BOOLEAN      DEFAULT FALSE NOT NULL,
    PRIMARY KEY (person, queue_id, since, kind)
);
CREATE INDEX held_ask_open ON held_ask (told, due);
CREATE INDEX held_ask_batch ON held_ask (person, batch);
CREATE INDEX held_ask_message ON held_ask (queue_id);

-- How often each person was written to: when last, and how often on which day of the clinic's
-- clock (days since 1970).
CREATE TABLE held_pace (
    person  VARCHAR(400) NOT NULL PRIMARY KEY,
    last_at BIGINT       NOT NULL,
    on_day  BIGINT       NOT NULL,
    sent    INTEGER      NOT NULL,
    batches BIGINT       NOT NULL
);
