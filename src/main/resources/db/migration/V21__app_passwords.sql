-- Passwords of single devices. secret_hash is SHA-256("app-password" | secret), of 120 random bits.
-- Days since 1970, UTC; used is null until the first log-in. A person is named by the key of the address.
CREATE TABLE app_password (
    app_password_id VARCHAR(8)   NOT NULL PRIMARY KEY,
    owner           VARCHAR(400) NOT NULL,
    owner_key       VARCHAR(400) NOT NULL,
    label           VARCHAR(60)  NOT NULL,
    secret_hash     VARCHAR(64)  NOT NULL,
    created         BIGINT       NOT NULL,
    used            BIGINT
);
CREATE UNIQUE INDEX app_password_secret ON app_password (secret_hash);
CREATE INDEX app_password_owner ON app_password (owner_key);
