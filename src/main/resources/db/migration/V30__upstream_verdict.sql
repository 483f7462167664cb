-- By which verdict a letter of the clinic's own server was shown first. letter is a hash of who reads it, of
-- server, folder, UIDVALIDITY and UID, and of its octets; read_day are days since 1970, UTC.
CREATE TABLE upstream_verdict (
    letter   VARCHAR(43) NOT NULL PRIMARY KEY,
    verdict  VARCHAR(40) NOT NULL,
    read_day BIGINT      NOT NULL
);
