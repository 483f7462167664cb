-- By which verdict a letter of the clinic's own server was shown first. letter is a hash of who reads it, and of
-- server, folder, UIDVALIDITY and UID; read_day are days since 1970, UTC.
CREATE TABLE upstream_verdict (
    letter   VARCHAR(22) NOT NULL PRIMARY KEY,
    verdict  VARCHAR(40) NOT NULL,
    read_day BIGINT      NOT NULL
);
