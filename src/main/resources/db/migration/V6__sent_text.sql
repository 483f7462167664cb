-- What was sent with a link, so that other words sent with it later are not taken for these:
-- SHA-256("start-sent" | token, hash of the words and files). The token is random and not kept, so
-- nobody can guess the words by it. Empty for links of an earlier release.
ALTER TABLE start_link ADD COLUMN sent_hash VARCHAR(64);
