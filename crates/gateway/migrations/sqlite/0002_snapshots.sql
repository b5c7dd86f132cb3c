-- Folds that were kept, so that nobody folds a ledger from its first record. A cache: it may be emptied at any time.
CREATE TABLE snapshots (
  rollout TEXT NOT NULL REFERENCES rollouts (id),
  rulebook INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  position INTEGER NOT NULL,
  state BLOB NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (rollout, rulebook, seq)
) STRICT;
