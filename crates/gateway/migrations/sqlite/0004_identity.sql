-- Who may come in, what was granted to whom, and the system's own ledger of it. Whoever was signed in signs in again.
DROP TABLE sessions;

ALTER TABLE people RENAME TO people_before;
CREATE TABLE people (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- When they last asked something, to the minute.
  seen_at INTEGER,
  -- Since when they may not sign in.
  disabled_at INTEGER,
  erased_at INTEGER
) STRICT;
INSERT INTO people (id, name) SELECT id, name FROM people_before;

-- What was granted. An empty plan or environment means all of them.
CREATE TABLE grants (
  person TEXT NOT NULL REFERENCES people (id),
  role TEXT NOT NULL,
  plan TEXT NOT NULL DEFAULT '',
  environment TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (person, role, plan, environment, source)
) STRICT;
INSERT INTO grants (person, role, source, granted_at)
  SELECT id, json_extract(demo_role, '$'), 'sample', 0 FROM people_before WHERE demo_role IS NOT NULL;
INSERT INTO grants (person, role, source, granted_at)
  SELECT id, 'administrator', 'sample', 0 FROM people_before WHERE json_extract(demo_role, '$') = 'operations';
DROP TABLE people_before;

-- Local accounts. `folded` is the login without the difference between upper and lower case.
CREATE TABLE accounts (
  person TEXT PRIMARY KEY REFERENCES people (id),
  login TEXT NOT NULL,
  folded TEXT NOT NULL UNIQUE,
  -- A PHC string: Argon2id with its parameters, salt and hash.
  password TEXT NOT NULL
) STRICT;

-- Who somebody is that a provider tells of.
CREATE TABLE provider_subjects (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (issuer, subject)
) STRICT;

-- The token is kept nowhere, its hash alone. The id is for lists: it lets nobody in.
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  person TEXT NOT NULL REFERENCES people (id),
  begun_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  proven_at INTEGER NOT NULL,
  proven_by TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_person ON sessions (person);

CREATE TABLE system_records (
  seq INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL,
  leaf BLOB NOT NULL,
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER system_records_never_change BEFORE UPDATE ON system_records
  BEGIN SELECT RAISE(ABORT, 'records never change'); END;
CREATE TRIGGER system_records_never_go BEFORE DELETE ON system_records
  BEGIN SELECT RAISE(ABORT, 'records never go'); END;

-- The words behind the hashes in them, and whom they are about. Erasing a person deletes rows here.
CREATE TABLE system_texts (
  hash TEXT PRIMARY KEY,
  salt BLOB NOT NULL,
  words TEXT NOT NULL,
  person TEXT NOT NULL
) STRICT;
