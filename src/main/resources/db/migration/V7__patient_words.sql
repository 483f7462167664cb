-- What patients wrote. Times are milliseconds since 1970, UTC.

-- How a letter stands: delivered, held or failed; no row while nothing is known but that it was
-- taken. It is written when the letter is settled, maybe before the patient's copy is stored.
CREATE TABLE letter_fate (
    queue_id VARCHAR(16) NOT NULL PRIMARY KEY,
    fate     VARCHAR(10) NOT NULL,
    noted    BIGINT      NOT NULL
);
CREATE INDEX letter_fate_noted ON letter_fate (noted);

-- Words that were typed and not sent: sealed, in base64. place is the path of the form; writer_key
-- names whoever typed them, the patient or somebody who reads along for her.
CREATE TABLE unsent (
    writer_key VARCHAR(400)    NOT NULL,
    place      VARCHAR(100)    NOT NULL,
    words      VARCHAR(130000) NOT NULL,
    saved      BIGINT          NOT NULL,
    PRIMARY KEY (writer_key, place)
);
CREATE INDEX unsent_saved ON unsent (saved);
