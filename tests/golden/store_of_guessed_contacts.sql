BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'distress','0001_posts','2026-11-29 18:03:01.104104+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'distress','0002_needs','2026-11-29 18:03:01.105408+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'distress','0003_cases','2026-11-29 18:03:01.106502+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'distress','0004_persons_and_codes','2026-11-29 18:03:01.107612+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'distress','0005_requests','2026-11-29 18:03:01.107887+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'distress','0006_answers','2026-11-29 18:03:01.128647+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'distress','0008_agents_day','2026-11-29 18:03:01.161717+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'distress','0009_newest','2026-11-29 18:03:01.162387+00:00');
CREATE TABLE answers (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, run_id INTEGER REFERENCES runs (id),
  outcome TEXT NOT NULL, message TEXT NOT NULL, url TEXT, kept_at TEXT NOT NULL,
  answer BLOB NOT NULL
);
CREATE TABLE assignments (
  id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id), agent TEXT NOT NULL,
  reason TEXT NOT NULL, assigned_at TEXT NOT NULL, ended_at TEXT, ended_reason TEXT
, actor TEXT NOT NULL DEFAULT '');
INSERT INTO "assignments" VALUES(1,1,'云落','test','2026-11-29T18:03:01Z',NULL,NULL,'');
INSERT INTO "assignments" VALUES(2,2,'云落','test','2026-11-29T18:03:01Z',NULL,NULL,'');
INSERT INTO "assignments" VALUES(3,3,'云落','test','2026-11-29T18:03:01Z',NULL,NULL,'');
INSERT INTO "assignments" VALUES(4,4,'云落','test','2026-11-29T18:03:01Z',NULL,NULL,'');
INSERT INTO "assignments" VALUES(5,5,'云落','test','2026-11-29T18:03:01Z',NULL,NULL,'');
INSERT INTO "assignments" VALUES(6,6,'云落','test','2026-11-29T18:03:01Z',NULL,NULL,'');
INSERT INTO "assignments" VALUES(7,7,'云落','test','2026-11-29T18:03:02Z',NULL,NULL,'');
INSERT INTO "assignments" VALUES(8,8,'云落','test','2026-11-29T18:03:02Z',NULL,NULL,'');
INSERT INTO "assignments" VALUES(9,9,'云落','test','2026-11-29T18:03:02Z',NULL,NULL,'');
CREATE TABLE callback_items (
  id INTEGER PRIMARY KEY, callback_id TEXT NOT NULL REFERENCES callbacks (id),
  name TEXT NOT NULL, quantity TEXT, unit TEXT
);
CREATE TABLE callbacks (
  id TEXT PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id), agent TEXT NOT NULL,
  disposition TEXT NOT NULL, ends_case INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '',
  attempted_at TEXT NOT NULL, call_again_at TEXT, recorded_at TEXT NOT NULL, origin TEXT NOT NULL
, contact_kind TEXT, contact_value TEXT, new_kind TEXT, new_value TEXT, new_person TEXT, new_role TEXT, barred_until TEXT, after_id TEXT);
INSERT INTO "callbacks" VALUES('00000001-0000-4000-8000',5,'云落','do_not_call',1,'家属要求','2020-02-12T06:01:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','wechat','李护士13800138000',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000002-0000-4000-8000',5,'云落','do_not_call',1,'家属要求','2020-02-12T06:02:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','wechat','027-85720000转8001',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000003-0000-4000-8000',5,'云落','do_not_call',1,'家属要求','2020-02-12T06:03:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','wechat','400.800.1234',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000004-0000-4000-8000',2,'云落','no_answer',0,'','2020-02-12T06:04:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','wechat','李护士13800138111',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000005-0000-4000-8000',2,'云落','passed_on',0,'','2020-02-12T06:05:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','mobile','138 0013 8111','wechat','王老师一三八零零一三八三三三',NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000006-0000-4000-8000',2,'云落','no_answer',0,'','2020-02-12T06:06:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','wechat','王老师一三八零零一三八三三三',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000007-0000-4000-8000',6,'云落','message_sent',0,'','2020-02-12T06:07:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','wechat','li_hushi2020',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000008-0000-4000-8000',6,'云落','message_sent',0,'','2020-02-12T06:08:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','qq','QQ 123456789',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000009-0000-4000-8000',8,'云落','wrong_number',0,'','2020-02-12T06:09:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json','landline','862785720001',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "callbacks" VALUES('00000010-0000-4000-8000',6,'云落','passed_on',0,'','2020-02-12T06:10:00Z',NULL,'2026-11-29T18:03:03Z','outcomes-云落.json',NULL,NULL,'mobile','13800138555',NULL,NULL,NULL,'');
CREATE TABLE case_needs (
  id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id),
  need_id INTEGER NOT NULL REFERENCES needs (id), reason TEXT NOT NULL,
  matched_need_id INTEGER REFERENCES needs (id), joined_at TEXT NOT NULL, left_at TEXT
);
INSERT INTO "case_needs" VALUES(1,1,1,'first',NULL,'2026-11-29T18:03:01Z',NULL);
INSERT INTO "case_needs" VALUES(2,2,2,'first',NULL,'2026-11-29T18:03:01Z',NULL);
INSERT INTO "case_needs" VALUES(3,3,3,'first',NULL,'2026-11-29T18:03:01Z',NULL);
INSERT INTO "case_needs" VALUES(4,4,4,'first',NULL,'2026-11-29T18:03:01Z',NULL);
INSERT INTO "case_needs" VALUES(5,5,5,'first',NULL,'2026-11-29T18:03:01Z',NULL);
INSERT INTO "case_needs" VALUES(6,6,6,'first',NULL,'2026-11-29T18:03:01Z',NULL);
INSERT INTO "case_needs" VALUES(7,7,7,'first',NULL,'2026-11-29T18:03:02Z',NULL);
INSERT INTO "case_needs" VALUES(8,8,8,'first',NULL,'2026-11-29T18:03:02Z',NULL);
INSERT INTO "case_needs" VALUES(9,9,9,'first',NULL,'2026-11-29T18:03:02Z',NULL);
CREATE TABLE cases (id INTEGER PRIMARY KEY, opened_at TEXT NOT NULL);
INSERT INTO "cases" VALUES(1,'2026-11-29T18:03:01Z');
INSERT INTO "cases" VALUES(2,'2026-11-29T18:03:01Z');
INSERT INTO "cases" VALUES(3,'2026-11-29T18:03:01Z');
INSERT INTO "cases" VALUES(4,'2026-11-29T18:03:01Z');
INSERT INTO "cases" VALUES(5,'2026-11-29T18:03:01Z');
INSERT INTO "cases" VALUES(6,'2026-11-29T18:03:01Z');
INSERT INTO "cases" VALUES(7,'2026-11-29T18:03:02Z');
INSERT INTO "cases" VALUES(8,'2026-11-29T18:03:02Z');
INSERT INTO "cases" VALUES(9,'2026-11-29T18:03:02Z');
CREATE TABLE claims (
  case_id INTEGER PRIMARY KEY REFERENCES cases (id), agent TEXT NOT NULL, session TEXT NOT NULL,
  claimed_at TEXT NOT NULL, expires_at TEXT NOT NULL
);
CREATE TABLE contact_marks (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL,
  key_kind TEXT NOT NULL, "key" TEXT NOT NULL, mark TEXT NOT NULL, reason TEXT NOT NULL,
  until TEXT, callback_id TEXT REFERENCES callbacks (id), actor TEXT NOT NULL, at TEXT NOT NULL
);
INSERT INTO "contact_marks" VALUES(1,'wechat','李护士13800138000','wechat','李护士13800138000','barred','家属要求',NULL,'00000001-0000-4000-8000','云落','2026-11-29T18:03:03Z');
INSERT INTO "contact_marks" VALUES(2,'wechat','027-85720000转8001','wechat','027-85720000转8001','barred','家属要求',NULL,'00000002-0000-4000-8000','云落','2026-11-29T18:03:03Z');
INSERT INTO "contact_marks" VALUES(3,'wechat','400.800.1234','wechat','400.800.1234','barred','家属要求',NULL,'00000003-0000-4000-8000','云落','2026-11-29T18:03:03Z');
INSERT INTO "contact_marks" VALUES(4,'landline','862785720001','number','862785720001','wrong','wrong number',NULL,'00000009-0000-4000-8000','云落','2026-11-29T18:03:03Z');
INSERT INTO "contact_marks" VALUES(5,'wechat','幺三八〇〇幺三八四四四','wechat','幺三八〇〇幺三八四四四','barred','家属要求',NULL,NULL,'组长','2026-11-29T18:03:04Z');
CREATE TABLE contacts (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), kind TEXT NOT NULL,
  value TEXT NOT NULL, text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
, person TEXT, role TEXT);
INSERT INTO "contacts" VALUES(1,1,'mobile','13800138000','13800138000',15,26,NULL,NULL);
INSERT INTO "contacts" VALUES(2,2,'mobile','13800138000','13800138000',15,26,NULL,NULL);
INSERT INTO "contacts" VALUES(3,2,'mobile','13800138111','13800138111',27,38,NULL,NULL);
INSERT INTO "contacts" VALUES(4,3,'landline','027-85720000-8001','027-85720000-8001',15,32,NULL,NULL);
INSERT INTO "contacts" VALUES(5,4,'landline','4008001234','4008001234',15,25,NULL,NULL);
INSERT INTO "contacts" VALUES(6,5,'mobile','13800138222','13800138222',15,26,NULL,NULL);
INSERT INTO "contacts" VALUES(7,6,'wechat','li_hushi2020','li_hushi2020',15,27,NULL,NULL);
INSERT INTO "contacts" VALUES(8,7,'mobile','13800138444','13800138444',15,26,NULL,NULL);
INSERT INTO "contacts" VALUES(9,8,'landline','027-85720001','027-85720001',15,27,NULL,NULL);
INSERT INTO "contacts" VALUES(10,9,'landline','027-85720000-8002','027-85720000-8002',15,32,NULL,NULL);
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), role TEXT NOT NULL,
  text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
INSERT INTO "evidence" VALUES(1,1,'lacking','急需',4,6);
INSERT INTO "evidence" VALUES(2,2,'lacking','急需',4,6);
INSERT INTO "evidence" VALUES(3,3,'lacking','急需',4,6);
INSERT INTO "evidence" VALUES(4,4,'lacking','急需',4,6);
INSERT INTO "evidence" VALUES(5,5,'lacking','急需',4,6);
INSERT INTO "evidence" VALUES(6,6,'lacking','急需',4,6);
INSERT INTO "evidence" VALUES(7,7,'lacking','急需',4,6);
INSERT INTO "evidence" VALUES(8,8,'lacking','急需',4,6);
INSERT INTO "evidence" VALUES(9,9,'lacking','急需',4,6);
CREATE TABLE facilities (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), text TEXT NOT NULL,
  "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE TABLE items (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), name TEXT NOT NULL,
  text TEXT NOT NULL, quantity REAL, quantity_max REAL, per TEXT, quantity_text TEXT, unit TEXT,
  "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
INSERT INTO "items" VALUES(1,1,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
INSERT INTO "items" VALUES(2,2,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
INSERT INTO "items" VALUES(3,3,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
INSERT INTO "items" VALUES(4,4,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
INSERT INTO "items" VALUES(5,5,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
INSERT INTO "items" VALUES(6,6,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
INSERT INTO "items" VALUES(7,7,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
INSERT INTO "items" VALUES(8,8,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
INSERT INTO "items" VALUES(9,9,'护手霜','护手霜',40.0,NULL,NULL,'40','支',6,9);
CREATE TABLE marks (
  source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, changed_at TEXT NOT NULL,
  PRIMARY KEY (source, name)
);
CREATE TABLE need_details (
  need_id INTEGER NOT NULL REFERENCES needs (id), field TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (need_id, field)
) WITHOUT ROWID
;
CREATE TABLE needs (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL,
  words TEXT NOT NULL, score REAL NOT NULL, label TEXT NOT NULL, voice TEXT,
  urgency TEXT, found_at TEXT NOT NULL,
  UNIQUE (post_id, digest)
);
INSERT INTO "needs" VALUES(1,1,'9c006190f6cb97b0bd7604608856aa9f','第0病区急需护手霜40支，联系13800138000',0.9,'request','firsthand',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "needs" VALUES(2,2,'cb08f18a6466a1c732fe2a7cb76c649a','第1病区急需护手霜40支，联系13800138000，13800138111',0.9,'request','firsthand',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "needs" VALUES(3,3,'54e9bd6ca4a04905cb6ab2969e8d525f','第2病区急需护手霜40支，联系027-85720000-8001',0.9,'request','firsthand',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "needs" VALUES(4,4,'321d39172d6172a09b458ade8eea245e','第3病区急需护手霜40支，联系4008001234',0.9,'request','firsthand',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "needs" VALUES(5,5,'0ae9c1c2630ff2a3dbd4a6ace8c61244','第4病区急需护手霜40支，联系13800138222',0.9,'request','firsthand',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "needs" VALUES(6,6,'f1cab4b20c1416e5b9f96727e1713eff','第5病区急需护手霜40支，联系li_hushi2020',0.9,'request','firsthand',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "needs" VALUES(7,7,'c1e87411c10f8ff535043a7c35bcf7ce','第6病区急需护手霜40支，联系13800138444',0.9,'request','firsthand',NULL,'2026-11-29T18:03:02Z');
INSERT INTO "needs" VALUES(8,8,'62127554b89d958af56dd0f9a5f5dad8','第7病区急需护手霜40支，联系027-85720001',0.9,'request','firsthand',NULL,'2026-11-29T18:03:02Z');
INSERT INTO "needs" VALUES(9,9,'eebf54cdbaf448e4411783cd0c017334','第8病区急需护手霜40支，联系027-85720000-8002',0.9,'request','firsthand',NULL,'2026-11-29T18:03:02Z');
CREATE TABLE places (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), text TEXT NOT NULL,
  province TEXT, city TEXT, county TEXT, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
, code TEXT);
CREATE TABLE post_edits (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id),
  text TEXT NOT NULL, reposted_text TEXT, digest TEXT NOT NULL, replaced_at TEXT NOT NULL
);
CREATE TABLE post_raw (
  post_id INTEGER PRIMARY KEY REFERENCES posts (id), answer BLOB NOT NULL
);
CREATE TABLE posts (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL,
  text TEXT NOT NULL, digest TEXT NOT NULL, reposted_text TEXT, reposted_author TEXT,
  url TEXT, author TEXT, author_id TEXT, posted_at TEXT,
  first_seen_at TEXT NOT NULL, edited_at TEXT, run_id INTEGER REFERENCES runs (id),
  UNIQUE (source, source_id)
);
INSERT INTO "posts" VALUES(1,'day','p0','第0病区急需护手霜40支，联系13800138000','9c006190f6cb97b0bd7604608856aa9f',NULL,NULL,'https://example.org/post/0','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:01Z',NULL,NULL);
INSERT INTO "posts" VALUES(2,'day','p1','第1病区急需护手霜40支，联系13800138000，13800138111','cb08f18a6466a1c732fe2a7cb76c649a',NULL,NULL,'https://example.org/post/1','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:01Z',NULL,NULL);
INSERT INTO "posts" VALUES(3,'day','p2','第2病区急需护手霜40支，联系027-85720000-8001','54e9bd6ca4a04905cb6ab2969e8d525f',NULL,NULL,'https://example.org/post/2','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:01Z',NULL,NULL);
INSERT INTO "posts" VALUES(4,'day','p3','第3病区急需护手霜40支，联系4008001234','321d39172d6172a09b458ade8eea245e',NULL,NULL,'https://example.org/post/3','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:01Z',NULL,NULL);
INSERT INTO "posts" VALUES(5,'day','p4','第4病区急需护手霜40支，联系13800138222','0ae9c1c2630ff2a3dbd4a6ace8c61244',NULL,NULL,'https://example.org/post/4','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:01Z',NULL,NULL);
INSERT INTO "posts" VALUES(6,'day','p5','第5病区急需护手霜40支，联系li_hushi2020','f1cab4b20c1416e5b9f96727e1713eff',NULL,NULL,'https://example.org/post/5','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:01Z',NULL,NULL);
INSERT INTO "posts" VALUES(7,'day','p6','第6病区急需护手霜40支，联系13800138444','c1e87411c10f8ff535043a7c35bcf7ce',NULL,NULL,'https://example.org/post/6','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:02Z',NULL,NULL);
INSERT INTO "posts" VALUES(8,'day','p7','第7病区急需护手霜40支，联系027-85720001','62127554b89d958af56dd0f9a5f5dad8',NULL,NULL,'https://example.org/post/7','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:02Z',NULL,NULL);
INSERT INTO "posts" VALUES(9,'day','p8','第8病区急需护手霜40支，联系027-85720000-8002','eebf54cdbaf448e4411783cd0c017334',NULL,NULL,'https://example.org/post/8','护士小禾',NULL,'2026-11-30T02:00:00Z','2026-11-29T18:03:02Z',NULL,NULL);
CREATE TABLE readings (
  post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL, reader TEXT NOT NULL,
  flagged INTEGER NOT NULL, score REAL NOT NULL, label TEXT NOT NULL, error TEXT,
  read_at TEXT NOT NULL,
  PRIMARY KEY (post_id, digest, reader)
) WITHOUT ROWID
;
INSERT INTO "readings" VALUES(1,'9c006190f6cb97b0bd7604608856aa9f','test',1,0.9,'request',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "readings" VALUES(2,'cb08f18a6466a1c732fe2a7cb76c649a','test',1,0.9,'request',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "readings" VALUES(3,'54e9bd6ca4a04905cb6ab2969e8d525f','test',1,0.9,'request',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "readings" VALUES(4,'321d39172d6172a09b458ade8eea245e','test',1,0.9,'request',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "readings" VALUES(5,'0ae9c1c2630ff2a3dbd4a6ace8c61244','test',1,0.9,'request',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "readings" VALUES(6,'f1cab4b20c1416e5b9f96727e1713eff','test',1,0.9,'request',NULL,'2026-11-29T18:03:01Z');
INSERT INTO "readings" VALUES(7,'c1e87411c10f8ff535043a7c35bcf7ce','test',1,0.9,'request',NULL,'2026-11-29T18:03:02Z');
INSERT INTO "readings" VALUES(8,'62127554b89d958af56dd0f9a5f5dad8','test',1,0.9,'request',NULL,'2026-11-29T18:03:02Z');
INSERT INTO "readings" VALUES(9,'eebf54cdbaf448e4411783cd0c017334','test',1,0.9,'request',NULL,'2026-11-29T18:03:02Z');
CREATE TABLE reopenings (
  callback_id TEXT PRIMARY KEY REFERENCES callbacks (id), actor TEXT NOT NULL,
  reason TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE requests (
  day TEXT NOT NULL, host TEXT NOT NULL, asked INTEGER NOT NULL, PRIMARY KEY (day, host)
) WITHOUT ROWID
;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, stage TEXT NOT NULL, source TEXT,
  started_at TEXT NOT NULL, ended_at TEXT,
  pages INTEGER NOT NULL DEFAULT 0, posts_new INTEGER NOT NULL DEFAULT 0,
  posts_known INTEGER NOT NULL DEFAULT 0, posts_set_aside INTEGER NOT NULL DEFAULT 0,
  newest_post_at TEXT, outcome TEXT, message TEXT, process_id INTEGER
);
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY, agent TEXT NOT NULL, csrf TEXT NOT NULL, made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL, ended_at TEXT
);
CREATE TABLE set_aside (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL,
  excerpt TEXT NOT NULL, first_run_id INTEGER REFERENCES runs (id), last_seen_at TEXT NOT NULL,
  UNIQUE (source, place, reason)
);
CREATE TABLE sign_in_links (
  hash TEXT PRIMARY KEY, agent TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT NOT NULL,
  used_at TEXT
);
CREATE TABLE supply_lines (
  id INTEGER PRIMARY KEY, callback_item_id INTEGER NOT NULL UNIQUE REFERENCES callback_items (id),
  case_id INTEGER NOT NULL REFERENCES cases (id), facility TEXT, name TEXT NOT NULL,
  quantity TEXT, unit TEXT
, team TEXT);
CREATE TABLE supply_steps (
  id INTEGER PRIMARY KEY, supply_line_id INTEGER NOT NULL REFERENCES supply_lines (id),
  status TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', at TEXT NOT NULL
, quantity TEXT, actor TEXT NOT NULL DEFAULT '', callback_item_id INTEGER REFERENCES callback_items (id));
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX runs_source ON runs (source, id);
CREATE INDEX posts_posted_at ON posts (posted_at);
CREATE INDEX items_need ON items (need_id);
CREATE INDEX items_name ON items (name);
CREATE INDEX facilities_need ON facilities (need_id);
CREATE INDEX contacts_need ON contacts (need_id);
CREATE INDEX places_need ON places (need_id);
CREATE INDEX evidence_need ON evidence (need_id);
CREATE UNIQUE INDEX case_needs_once ON case_needs (need_id) WHERE left_at IS NULL;
CREATE INDEX case_needs_case ON case_needs (case_id);
CREATE UNIQUE INDEX assignments_once ON assignments (case_id) WHERE ended_at IS NULL;
CREATE INDEX assignments_agent ON assignments (agent);
CREATE INDEX callbacks_case ON callbacks (case_id);
CREATE INDEX callback_items_callback ON callback_items (callback_id);
CREATE INDEX supply_steps_line ON supply_steps (supply_line_id)
;
CREATE INDEX answers_source ON answers (source, id);
CREATE INDEX posts_first_seen ON posts (first_seen_at, source)
;
CREATE INDEX callbacks_recorded ON callbacks (recorded_at);
CREATE INDEX callbacks_contact ON callbacks (contact_value);
CREATE INDEX needs_found ON needs (found_at);
CREATE INDEX cases_opened ON cases (opened_at);
CREATE INDEX supply_steps_at ON supply_steps (at);
CREATE INDEX contact_marks_key ON contact_marks (key_kind, "key", id);
CREATE INDEX posts_newest ON posts (source, coalesce(posted_at, first_seen_at))
;
COMMIT;
