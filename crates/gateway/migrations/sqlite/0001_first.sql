-- What a ledger is, and what stands beside it. Times are milliseconds since 1970 by the wall clock, never by the demo's.
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT NOT NULL, demo_role TEXT UNIQUE) STRICT;
CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people (id), ends_at INTEGER NOT NULL) STRICT;

CREATE TABLE plans (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE rollouts (
  id TEXT PRIMARY KEY,
  environment TEXT NOT NULL,
  plan TEXT NOT NULL REFERENCES plans (digest)
) STRICT;
-- A flag of an environment belongs to at most one open rollout.
CREATE TABLE claims (
  backend TEXT NOT NULL,
  environment TEXT NOT NULL,
  flag_key TEXT NOT NULL,
  rollout TEXT NOT NULL REFERENCES rollouts (id),
  PRIMARY KEY (backend, environment, flag_key)
) STRICT;

CREATE TABLE records (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  rollout TEXT NOT NULL REFERENCES rollouts (id),
  seq INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  leaf BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  UNIQUE (rollout, seq)
) STRICT;
CREATE TRIGGER records_never_change BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records never change'); END;
CREATE TRIGGER records_never_go BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'records never go'); END;

-- The words behind the hashes in records. Erasing a person deletes rows here.
CREATE TABLE texts (
  rollout TEXT NOT NULL REFERENCES rollouts (id),
  hash TEXT NOT NULL,
  salt BLOB NOT NULL,
  words TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (rollout, hash)
) STRICT;

-- The first answer to each command, given again to whoever repeats it.
CREATE TABLE answers (
  rollout TEXT NOT NULL REFERENCES rollouts (id),
  person TEXT NOT NULL,
  key TEXT NOT NULL,
  asked TEXT NOT NULL,
  answer BLOB NOT NULL,
  stored_at INTEGER NOT NULL,
  PRIMARY KEY (rollout, person, key)
) STRICT;
CREATE INDEX answers_by_age ON answers (stored_at);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rollout TEXT NOT NULL REFERENCES rollouts (id),
  flag_key TEXT NOT NULL,
  want INTEGER NOT NULL,
  wanted TEXT NOT NULL,
  at INTEGER NOT NULL,
  took_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL
) STRICT;

-- The built-in backend.
CREATE TABLE builtin_flags (
  environment TEXT NOT NULL,
  key TEXT NOT NULL,
  exposure TEXT NOT NULL,
  PRIMARY KEY (environment, key)
) STRICT;
