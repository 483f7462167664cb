-- Messages are forgotten by their age.
CREATE INDEX message_arrived ON message (arrived);
