-- What happens to a message after its notice went out. Times are milliseconds since 1970, UTC.

-- Taken back by its author: the body is destroyed, the row says so until retention ends.
ALTER TABLE message ADD COLUMN recalled BIGINT;

-- Its links open nothing: mail to the patient came back, or somebody said "this is not me".
ALTER TABLE message ADD COLUMN paused BIGINT;

-- One row for each message whose patient was told; it goes with its message.
-- step: what of the unread ladder is next, and due when; due is null when nothing is left to do.
-- receipt: none, due (opened, and not yet told), batch (in a digest that is being written), sent.
CREATE TABLE follow (
    message_key VARCHAR(22) NOT NULL PRIMARY KEY,
    notified    BIGINT      NOT NULL,
    step        VARCHAR(12) NOT NULL,
    due         BIGINT,
    receipt     VARCHAR(8)  NOT NULL,
    opened      BIGINT,
    checked     VARCHAR(20),
    device      VARCHAR(100),
    batch       VARCHAR(16),
    CONSTRAINT follow_message FOREIGN KEY (message_key)
        REFERENCES message (message_key) ON DELETE CASCADE
);
CREATE INDEX follow_due ON follow (due);
CREATE INDEX follow_receipt ON follow (receipt);

-- When an address last got an automatic answer: one in seven days (RFC 3834 §2).
CREATE TABLE mail_answer (
    patient_key VARCHAR(400) NOT NULL PRIMARY KEY,
    answered    BIGINT       NOT NULL
);
