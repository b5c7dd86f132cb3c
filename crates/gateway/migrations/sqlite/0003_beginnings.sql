-- The answer to each beginning of a rollout, given again to whoever repeats it.
CREATE TABLE beginnings (
  person TEXT NOT NULL,
  key TEXT NOT NULL,
  asked TEXT NOT NULL,
  answer BLOB NOT NULL,
  stored_at INTEGER NOT NULL,
  PRIMARY KEY (person, key)
) STRICT;
CREATE INDEX beginnings_by_age ON beginnings (stored_at);
