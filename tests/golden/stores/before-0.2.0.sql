BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'distress','0001_posts','2026-11-30 18:02:29.878287+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'distress','0002_needs','2026-11-30 18:02:29.900215+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'distress','0003_cases','2026-11-30 18:02:29.902002+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'distress','0004_persons_and_codes','2026-11-30 18:02:29.916357+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'distress','0005_requests','2026-11-30 18:02:29.917016+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'distress','0006_answers','2026-11-30 18:02:29.917588+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'distress','0008_agents_day','2026-11-30 18:02:29.954623+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'distress','0009_newest','2026-11-30 18:02:29.955241+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'distress','0010_typed_contacts','2026-11-30 18:02:29.970094+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'distress','0011_routing','2026-11-30 18:02:29.988056+00:00');
INSERT INTO "_sqlite_migrations" VALUES(11,'distress','0012_sightings','2026-11-30 18:02:29.990500+00:00');
INSERT INTO "_sqlite_migrations" VALUES(12,'distress','0015_people','2026-11-30 18:02:30.010476+00:00');
INSERT INTO "_sqlite_migrations" VALUES(13,'distress','0016_suggestions','2026-11-30 18:02:30.022565+00:00');
INSERT INTO "_sqlite_migrations" VALUES(14,'distress','0017_items','2026-11-30 18:02:30.037037+00:00');
INSERT INTO "_sqlite_migrations" VALUES(15,'distress','0018_updates','2026-11-30 18:02:30.053188+00:00');
INSERT INTO "_sqlite_migrations" VALUES(16,'distress','0019_wide_signs','2026-11-30 18:02:30.053747+00:00');
INSERT INTO "_sqlite_migrations" VALUES(17,'distress','0020_second_day','2026-11-30 18:02:30.081320+00:00');
CREATE TABLE answers (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, run_id INTEGER REFERENCES runs (id),
  outcome TEXT NOT NULL, message TEXT NOT NULL, url TEXT, kept_at TEXT NOT NULL,
  answer BLOB NOT NULL
);
CREATE TABLE assignments (
  id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id), agent TEXT NOT NULL,
  reason TEXT NOT NULL, assigned_at TEXT NOT NULL, ended_at TEXT, ended_reason TEXT
, actor TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', hand_id TEXT);
INSERT INTO "assignments" VALUES(1,1,'云落','test','2026-11-30T18:02:30Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(2,2,'云落','test','2026-11-30T18:02:30Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(3,3,'云落','test','2026-11-30T18:02:30Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(4,4,'云落','test','2026-11-30T18:02:30Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(5,5,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(6,6,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(7,7,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(8,8,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(9,9,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(10,10,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(11,11,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(12,12,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(13,13,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(14,14,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(15,15,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(16,16,'云落','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(17,23,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(18,24,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(19,25,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(20,26,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(21,27,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(22,28,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(23,29,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(24,30,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(25,31,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(26,32,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(27,33,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
INSERT INTO "assignments" VALUES(28,34,'望舒','test','2026-11-30T18:02:31Z',NULL,NULL,'','',NULL);
CREATE TABLE back_orders (
  id INTEGER PRIMARY KEY, supply_line_id INTEGER NOT NULL REFERENCES supply_lines (id),
  expected_at TEXT NOT NULL, note TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE callback_items (
  id INTEGER PRIMARY KEY, callback_id TEXT NOT NULL REFERENCES callbacks (id),
  name TEXT NOT NULL, quantity TEXT, unit TEXT
);
INSERT INTO "callback_items" VALUES(1,'0e5c4450-d102-5e1e-bf4d-bb6f9484ba69','护手霜','40','支');
INSERT INTO "callback_items" VALUES(2,'962d0857-21c2-5750-823d-1f46e485b410','护手霜','40','支');
CREATE TABLE callbacks (
  id TEXT PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id), agent TEXT NOT NULL,
  disposition TEXT NOT NULL, ends_case INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '',
  attempted_at TEXT NOT NULL, call_again_at TEXT, recorded_at TEXT NOT NULL, origin TEXT NOT NULL
, contact_kind TEXT, contact_value TEXT, new_kind TEXT, new_value TEXT, new_person TEXT, new_role TEXT, barred_until TEXT, after_id TEXT, contact_typed TEXT, new_typed TEXT, arrived TEXT, fits INTEGER, next_need_at TEXT, seconds INTEGER);
INSERT INTO "callbacks" VALUES('b0905d10-b0b0-5d02-bb3e-f92001da0d0f',1,'云落','no_answer',0,'','2027-03-09T03:00:00Z',NULL,'2026-11-30T18:02:30Z','test','mobile','13800138000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('e94efe6b-9b11-54d2-87a3-2487a0f9085a',1,'云落','wrong_number',0,'','2027-03-09T03:30:00Z',NULL,'2026-11-30T18:02:30Z','test','landline','027-85720000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('d0079d2a-b5cf-5461-9790-30c4ecbfa3fb',1,'云落','message_sent',0,'微信已通过，等清单截图','2027-03-09T08:00:00Z',NULL,'2026-11-30T18:02:30Z','test','wechat','ziheng_8000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('3dbff0f9-4d31-5428-a923-e643db4f68f8',2,'云落','call_later',0,'下夜班在睡，下午再打','2027-03-10T03:00:00Z','2027-03-10T06:30:00Z','2026-11-30T18:02:31Z','test','mobile','13800138001',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('ed9b420e-54bb-53c0-9961-66e805de5000',3,'云落','call_later',0,'','2027-03-10T01:00:00Z','2027-03-10T03:30:00Z','2026-11-30T18:02:31Z','test','mobile','13800138002',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('71ec327c-f0d0-5377-b41d-bd3382746256',4,'云落','call_later',0,'','2027-03-10T03:00:00Z','2027-03-11T02:00:00Z','2026-11-30T18:02:31Z','test','mobile','13800138003',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('b33d1d12-d0e8-51fd-a431-7a2532ee5092',5,'云落','no_answer',0,'','2027-03-09T02:00:00Z',NULL,'2026-11-30T18:02:31Z','test','mobile','13800138004',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('d6b6eaaf-5623-5e40-8187-1c9d7dc68a63',5,'云落','no_answer',0,'','2027-03-09T06:00:00Z',NULL,'2026-11-30T18:02:31Z','test','mobile','13800138004',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('e54293fe-8396-5df0-8e96-1d8eac0154f4',5,'云落','no_answer',0,'','2027-03-10T02:00:00Z',NULL,'2026-11-30T18:02:31Z','test','mobile','13800138004',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('173a0877-1779-5558-a782-012bd80ec2a1',7,'云落','busy',0,'','2027-03-10T03:30:00Z',NULL,'2026-11-30T18:02:31Z','test','mobile','13800138006',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('16bbd832-7890-5641-8a8d-d6ad5087a172',8,'云落','wrong_number',0,'','2027-03-10T03:18:00Z',NULL,'2026-11-30T18:02:31Z','test','mobile','13800138007',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('03ec2cce-f3fe-5f44-89ea-50651a23d7bc',9,'云落','passed_on',0,'转给总务科王老师','2027-03-10T03:12:00Z',NULL,'2026-11-30T18:02:31Z','test','mobile','13800138008','mobile','13800138222',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('0e5c4450-d102-5e1e-bf4d-bb6f9484ba69',10,'云落','need_confirmed',1,'送到急诊西门','2027-03-10T02:48:00Z',NULL,'2026-11-30T18:02:31Z','test',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('0c80ddc0-a866-55bc-9d44-98e27f6ae02d',11,'云落','already_supplied',1,'','2027-03-10T02:36:00Z',NULL,'2026-11-30T18:02:31Z','test',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('962d0857-21c2-5750-823d-1f46e485b410',12,'云落','need_confirmed',1,'','2027-03-10T02:54:00Z',NULL,'2026-11-30T18:02:31Z','test',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('7a531e16-23c9-51bc-8a79-fa727264fa00',12,'望舒','already_supplied',1,'','2027-03-10T02:24:00Z',NULL,'2026-11-30T18:02:31Z','test',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('ddffe4ef-f7f2-55ee-955b-9255a2ef82c5',13,'云落','in_distress',0,'说着说着哭了，已请组长接','2027-03-09T23:00:00Z',NULL,'2026-11-30T18:02:31Z','test',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "callbacks" VALUES('01a20692-67b2-5aca-8ffd-1d2d32634982',14,'云落','bereaved',0,'','2027-03-10T02:00:00Z',NULL,'2026-11-30T18:02:31Z','test','mobile','13800138013',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE case_facilities (
  "key" TEXT NOT NULL, case_id INTEGER NOT NULL REFERENCES cases (id),
  PRIMARY KEY ("key", case_id)
) WITHOUT ROWID;
INSERT INTO "case_facilities" VALUES('晴川紫荆医院',1);
INSERT INTO "case_facilities" VALUES('白鹭二医院急诊科',2);
INSERT INTO "case_facilities" VALUES('云溪三医院呼吸内科',3);
INSERT INTO "case_facilities" VALUES('望江镇四医院感染科',4);
INSERT INTO "case_facilities" VALUES('青禾五医院儿科',5);
INSERT INTO "case_facilities" VALUES('白鹭六医院发热门诊',6);
INSERT INTO "case_facilities" VALUES('云溪一医院支援医疗队',7);
INSERT INTO "case_facilities" VALUES('望江镇二医院手术室',8);
INSERT INTO "case_facilities" VALUES('青禾三医院ICU',9);
INSERT INTO "case_facilities" VALUES('白鹭四医院急诊科',10);
INSERT INTO "case_facilities" VALUES('云溪五医院呼吸内科',11);
INSERT INTO "case_facilities" VALUES('望江镇六医院感染科',12);
INSERT INTO "case_facilities" VALUES('青禾一医院儿科',13);
INSERT INTO "case_facilities" VALUES('白鹭二医院发热门诊',14);
INSERT INTO "case_facilities" VALUES('云溪三医院支援医疗队',15);
INSERT INTO "case_facilities" VALUES('望江镇四医院手术室',16);
INSERT INTO "case_facilities" VALUES('青禾一医院儿科',17);
INSERT INTO "case_facilities" VALUES('白鹭二医院发热门诊',18);
INSERT INTO "case_facilities" VALUES('云溪三医院支援医疗队',19);
INSERT INTO "case_facilities" VALUES('望江镇四医院手术室',20);
INSERT INTO "case_facilities" VALUES('青禾五医院ICU',21);
INSERT INTO "case_facilities" VALUES('白鹭六医院急诊科',22);
INSERT INTO "case_facilities" VALUES('云溪五医院支援医疗队',23);
INSERT INTO "case_facilities" VALUES('望江镇六医院手术室',24);
INSERT INTO "case_facilities" VALUES('青禾一医院ICU',25);
INSERT INTO "case_facilities" VALUES('白鹭二医院急诊科',26);
INSERT INTO "case_facilities" VALUES('云溪三医院呼吸内科',27);
INSERT INTO "case_facilities" VALUES('望江镇四医院感染科',28);
INSERT INTO "case_facilities" VALUES('青禾五医院儿科',29);
INSERT INTO "case_facilities" VALUES('白鹭六医院发热门诊',30);
INSERT INTO "case_facilities" VALUES('云溪一医院支援医疗队',31);
INSERT INTO "case_facilities" VALUES('望江镇二医院手术室',32);
INSERT INTO "case_facilities" VALUES('青禾三医院ICU',33);
INSERT INTO "case_facilities" VALUES('白鹭四医院急诊科',34);
CREATE TABLE case_needs (
  id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases (id),
  need_id INTEGER NOT NULL REFERENCES needs (id), reason TEXT NOT NULL,
  matched_need_id INTEGER REFERENCES needs (id), joined_at TEXT NOT NULL, left_at TEXT
);
INSERT INTO "case_needs" VALUES(1,1,1,'first',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "case_needs" VALUES(2,1,2,'same text',1,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "case_needs" VALUES(3,1,3,'same contact',1,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "case_needs" VALUES(4,1,4,'same facility',1,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "case_needs" VALUES(5,2,5,'first',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "case_needs" VALUES(6,3,6,'first',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "case_needs" VALUES(7,4,7,'first',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "case_needs" VALUES(8,5,8,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(9,6,9,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(10,7,10,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(11,8,11,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(12,9,12,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(13,10,13,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(14,11,14,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(15,12,15,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(16,13,16,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(17,14,17,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(18,15,18,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(19,16,19,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(20,17,20,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(21,18,21,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(22,19,22,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(23,20,23,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(24,21,24,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(25,22,25,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(26,23,26,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(27,24,27,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(28,25,28,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(29,26,29,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(30,27,30,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(31,28,31,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(32,29,32,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(33,30,33,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(34,31,34,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(35,32,35,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(36,33,36,'first',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "case_needs" VALUES(37,34,37,'first',NULL,'2026-11-30T18:02:31Z',NULL);
CREATE TABLE cases (id INTEGER PRIMARY KEY, opened_at TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0, merged_into INTEGER REFERENCES cases (id));
INSERT INTO "cases" VALUES(1,'2026-11-30T18:02:30Z',0,NULL);
INSERT INTO "cases" VALUES(2,'2026-11-30T18:02:30Z',0,NULL);
INSERT INTO "cases" VALUES(3,'2026-11-30T18:02:30Z',0,NULL);
INSERT INTO "cases" VALUES(4,'2026-11-30T18:02:30Z',0,NULL);
INSERT INTO "cases" VALUES(5,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(6,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(7,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(8,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(9,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(10,'2026-11-30T18:02:31Z',1,NULL);
INSERT INTO "cases" VALUES(11,'2026-11-30T18:02:31Z',1,NULL);
INSERT INTO "cases" VALUES(12,'2026-11-30T18:02:31Z',1,NULL);
INSERT INTO "cases" VALUES(13,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(14,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(15,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(16,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(17,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(18,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(19,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(20,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(21,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(22,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(23,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(24,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(25,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(26,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(27,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(28,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(29,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(30,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(31,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(32,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(33,'2026-11-30T18:02:31Z',0,NULL);
INSERT INTO "cases" VALUES(34,'2026-11-30T18:02:31Z',0,NULL);
CREATE TABLE claims (
  case_id INTEGER PRIMARY KEY REFERENCES cases (id), agent TEXT NOT NULL, session TEXT NOT NULL,
  claimed_at TEXT NOT NULL, expires_at TEXT NOT NULL
, dialled INTEGER NOT NULL DEFAULT 0);
CREATE TABLE contact_marks (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL,
  key_kind TEXT NOT NULL, "key" TEXT NOT NULL, mark TEXT NOT NULL, reason TEXT NOT NULL,
  until TEXT, callback_id TEXT REFERENCES callbacks (id), actor TEXT NOT NULL, at TEXT NOT NULL
, typed TEXT);
INSERT INTO "contact_marks" VALUES(1,'landline','027-85720000','number','02785720000','wrong','wrong number',NULL,'e94efe6b-9b11-54d2-87a3-2487a0f9085a','云落','2026-11-30T18:02:30Z',NULL);
INSERT INTO "contact_marks" VALUES(2,'mobile','13800138007','number','13800138007','wrong','wrong number',NULL,'16bbd832-7890-5641-8a8d-d6ad5087a172','云落','2026-11-30T18:02:31Z',NULL);
INSERT INTO "contact_marks" VALUES(3,'mobile','13800138013','number','13800138013','barred','bereaved',NULL,'01a20692-67b2-5aca-8ffd-1d2d32634982','云落','2026-11-30T18:02:31Z',NULL);
CREATE TABLE contacts (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), kind TEXT NOT NULL,
  value TEXT NOT NULL, text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
, person TEXT, role TEXT, do_not_call INTEGER NOT NULL DEFAULT 0, area TEXT, area_from TEXT);
INSERT INTO "contacts" VALUES(1,1,'mobile','13800138000','138 0013 8000',58,71,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(2,1,'landline','027-85720000','027-85720000',77,89,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(3,1,'wechat','ziheng_8000','ziheng_8000',93,104,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(4,2,'mobile','13800138000','138 0013 8000',32,45,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(5,3,'mobile','13800138000','138 0013 8000',32,45,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(6,4,'mobile','13800138000','138 0013 8000',32,45,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(7,5,'mobile','13800138001','13800138001',39,50,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(8,6,'mobile','13800138002','13800138002',52,63,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(9,7,'mobile','13800138003','13800138003',53,64,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(10,8,'mobile','13800138004','13800138004',29,40,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(11,10,'mobile','13800138006','13800138006',53,64,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(12,11,'mobile','13800138007','13800138007',52,63,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(13,12,'mobile','13800138008','13800138008',37,48,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(14,13,'mobile','13800138009','13800138009',33,44,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(15,15,'mobile','13800138011','13800138011',45,56,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(16,16,'mobile','13800138012','13800138012',39,50,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(17,17,'mobile','13800138013','13800138013',40,51,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(18,18,'mobile','13800138014','13800138014',53,64,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(19,21,'mobile','13800138061','13800138061',40,51,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(20,22,'mobile','13800138062','13800138062',53,64,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(21,23,'mobile','13800138063','13800138063',53,64,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(22,24,'mobile','13800138064','13800138064',30,41,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(23,27,'mobile','13800138071','13800138071',45,56,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(24,28,'mobile','13800138072','13800138072',40,51,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(25,29,'mobile','13800138073','13800138073',39,50,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(26,30,'mobile','13800138074','13800138074',52,63,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(27,32,'mobile','13800138076','13800138076',29,40,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(28,33,'mobile','13800138077','13800138077',36,47,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(29,34,'mobile','13800138078','13800138078',53,64,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(30,35,'mobile','13800138079','13800138079',52,63,NULL,NULL,0,NULL,NULL);
INSERT INTO "contacts" VALUES(31,37,'mobile','13800138081','13800138081',33,44,NULL,NULL,0,NULL,NULL);
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), role TEXT NOT NULL,
  text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
);
INSERT INTO "evidence" VALUES(1,1,'lacking','急需',20,22);
INSERT INTO "evidence" VALUES(2,1,'asking','求助',105,107);
INSERT INTO "evidence" VALUES(3,2,'lacking','急需',11,13);
INSERT INTO "evidence" VALUES(4,3,'lacking','急需',11,13);
INSERT INTO "evidence" VALUES(5,4,'lacking','急需',11,13);
INSERT INTO "evidence" VALUES(6,5,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(7,5,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(8,6,'lacking','急需',16,18);
INSERT INTO "evidence" VALUES(9,6,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(10,7,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(11,7,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(12,8,'lacking','急需',14,16);
INSERT INTO "evidence" VALUES(13,8,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(14,9,'lacking','急需',16,18);
INSERT INTO "evidence" VALUES(15,9,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(16,10,'lacking','急需',17,19);
INSERT INTO "evidence" VALUES(17,10,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(18,11,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(19,11,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(20,12,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(21,12,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(22,13,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(23,13,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(24,14,'lacking','急需',16,18);
INSERT INTO "evidence" VALUES(25,14,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(26,15,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(27,15,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(28,16,'lacking','急需',14,16);
INSERT INTO "evidence" VALUES(29,16,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(30,17,'lacking','急需',16,18);
INSERT INTO "evidence" VALUES(31,17,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(32,18,'lacking','急需',17,19);
INSERT INTO "evidence" VALUES(33,18,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(34,19,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(35,19,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(36,20,'lacking','急需',14,16);
INSERT INTO "evidence" VALUES(37,20,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(38,21,'lacking','急需',16,18);
INSERT INTO "evidence" VALUES(39,21,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(40,22,'lacking','急需',17,19);
INSERT INTO "evidence" VALUES(41,22,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(42,23,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(43,23,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(44,24,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(45,24,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(46,25,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(47,25,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(48,26,'lacking','急需',17,19);
INSERT INTO "evidence" VALUES(49,26,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(50,27,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(51,27,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(52,28,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(53,28,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(54,29,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(55,29,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(56,30,'lacking','急需',16,18);
INSERT INTO "evidence" VALUES(57,30,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(58,31,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(59,31,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(60,32,'lacking','急需',14,16);
INSERT INTO "evidence" VALUES(61,32,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(62,33,'lacking','急需',16,18);
INSERT INTO "evidence" VALUES(63,33,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(64,34,'lacking','急需',17,19);
INSERT INTO "evidence" VALUES(65,34,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(66,35,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(67,35,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(68,36,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(69,36,'asking','求助',0,2);
INSERT INTO "evidence" VALUES(70,37,'lacking','急需',15,17);
INSERT INTO "evidence" VALUES(71,37,'asking','求助',0,2);
CREATE TABLE facilities (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), text TEXT NOT NULL,
  "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
, role TEXT NOT NULL DEFAULT 'needing');
INSERT INTO "facilities" VALUES(1,1,'晴川市紫荆医院',12,19,'needing');
INSERT INTO "facilities" VALUES(2,2,'晴川市紫荆医院',4,11,'needing');
INSERT INTO "facilities" VALUES(3,3,'晴川市紫荆医院',4,11,'needing');
INSERT INTO "facilities" VALUES(4,4,'晴川市紫荆医院',4,11,'needing');
INSERT INTO "facilities" VALUES(5,5,'白鹭市第二人民医院急诊科',3,15,'needing');
INSERT INTO "facilities" VALUES(6,6,'云溪区第三人民医院呼吸内科',3,16,'needing');
INSERT INTO "facilities" VALUES(7,7,'望江镇第四人民医院感染科',3,15,'needing');
INSERT INTO "facilities" VALUES(8,8,'青禾县第五人民医院儿科',3,14,'needing');
INSERT INTO "facilities" VALUES(9,9,'白鹭市第六人民医院发热门诊',3,16,'needing');
INSERT INTO "facilities" VALUES(10,10,'云溪区第一人民医院支援医疗队',3,17,'needing');
INSERT INTO "facilities" VALUES(11,11,'望江镇第二人民医院手术室',3,15,'needing');
INSERT INTO "facilities" VALUES(12,12,'青禾县第三人民医院ICU',3,15,'needing');
INSERT INTO "facilities" VALUES(13,13,'白鹭市第四人民医院急诊科',3,15,'needing');
INSERT INTO "facilities" VALUES(14,14,'云溪区第五人民医院呼吸内科',3,16,'needing');
INSERT INTO "facilities" VALUES(15,15,'望江镇第六人民医院感染科',3,15,'needing');
INSERT INTO "facilities" VALUES(16,16,'青禾县第一人民医院儿科',3,14,'needing');
INSERT INTO "facilities" VALUES(17,17,'白鹭市第二人民医院发热门诊',3,16,'needing');
INSERT INTO "facilities" VALUES(18,18,'云溪区第三人民医院支援医疗队',3,17,'needing');
INSERT INTO "facilities" VALUES(19,19,'望江镇第四人民医院手术室',3,15,'needing');
INSERT INTO "facilities" VALUES(20,20,'青禾县第一人民医院儿科',3,14,'needing');
INSERT INTO "facilities" VALUES(21,21,'白鹭市第二人民医院发热门诊',3,16,'needing');
INSERT INTO "facilities" VALUES(22,22,'云溪区第三人民医院支援医疗队',3,17,'needing');
INSERT INTO "facilities" VALUES(23,23,'望江镇第四人民医院手术室',3,15,'needing');
INSERT INTO "facilities" VALUES(24,24,'青禾县第五人民医院ICU',3,15,'needing');
INSERT INTO "facilities" VALUES(25,25,'白鹭市第六人民医院急诊科',3,15,'needing');
INSERT INTO "facilities" VALUES(26,26,'云溪区第五人民医院支援医疗队',3,17,'needing');
INSERT INTO "facilities" VALUES(27,27,'望江镇第六人民医院手术室',3,15,'needing');
INSERT INTO "facilities" VALUES(28,28,'青禾县第一人民医院ICU',3,15,'needing');
INSERT INTO "facilities" VALUES(29,29,'白鹭市第二人民医院急诊科',3,15,'needing');
INSERT INTO "facilities" VALUES(30,30,'云溪区第三人民医院呼吸内科',3,16,'needing');
INSERT INTO "facilities" VALUES(31,31,'望江镇第四人民医院感染科',3,15,'needing');
INSERT INTO "facilities" VALUES(32,32,'青禾县第五人民医院儿科',3,14,'needing');
INSERT INTO "facilities" VALUES(33,33,'白鹭市第六人民医院发热门诊',3,16,'needing');
INSERT INTO "facilities" VALUES(34,34,'云溪区第一人民医院支援医疗队',3,17,'needing');
INSERT INTO "facilities" VALUES(35,35,'望江镇第二人民医院手术室',3,15,'needing');
INSERT INTO "facilities" VALUES(36,36,'青禾县第三人民医院ICU',3,15,'needing');
INSERT INTO "facilities" VALUES(37,37,'白鹭市第四人民医院急诊科',3,15,'needing');
CREATE TABLE items (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), name TEXT NOT NULL,
  text TEXT NOT NULL, quantity REAL, quantity_max REAL, per TEXT, quantity_text TEXT, unit TEXT,
  "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
, doubtful INTEGER NOT NULL DEFAULT 0, facility TEXT);
INSERT INTO "items" VALUES(1,1,'护手霜','护手霜',40.0,NULL,NULL,'40','支',22,25,0,NULL);
INSERT INTO "items" VALUES(2,1,'秋衣秋裤','秋衣秋裤',40.0,NULL,NULL,'40','套',29,33,0,NULL);
INSERT INTO "items" VALUES(3,1,'面膜','面膜',NULL,NULL,NULL,'若干',NULL,37,39,0,NULL);
INSERT INTO "items" VALUES(4,2,'护手霜','护手霜',60.0,NULL,NULL,'60','支',13,16,0,NULL);
INSERT INTO "items" VALUES(5,2,'成人尿不湿','成人尿不湿',20.0,NULL,NULL,'20','包',20,25,0,NULL);
INSERT INTO "items" VALUES(6,3,'护手霜','护手霜',60.0,NULL,NULL,'60','支',13,16,0,NULL);
INSERT INTO "items" VALUES(7,3,'成人尿不湿','成人尿不湿',20.0,NULL,NULL,'20','包',20,25,0,NULL);
INSERT INTO "items" VALUES(8,4,'护手霜','护手霜',60.0,NULL,NULL,'60','支',13,16,0,NULL);
INSERT INTO "items" VALUES(9,4,'成人尿不湿','成人尿不湿',20.0,NULL,NULL,'20','包',20,25,0,NULL);
INSERT INTO "items" VALUES(10,5,'防护服','防护服',200.0,NULL,NULL,'200','套',17,20,0,NULL);
INSERT INTO "items" VALUES(11,5,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',25,30,0,NULL);
INSERT INTO "items" VALUES(12,6,'护目镜','护目镜',NULL,NULL,NULL,NULL,NULL,18,21,0,NULL);
INSERT INTO "items" VALUES(13,6,'方便粥','方便粥',30.0,NULL,NULL,'30','箱',22,25,0,NULL);
INSERT INTO "items" VALUES(14,6,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',29,34,0,NULL);
INSERT INTO "items" VALUES(15,7,'护手霜','护手霜',40.0,NULL,NULL,'40','支',17,20,0,NULL);
INSERT INTO "items" VALUES(16,7,'卫生巾','卫生巾',60.0,NULL,NULL,'60','包',24,27,0,NULL);
INSERT INTO "items" VALUES(17,7,'防护服','防护服',200.0,NULL,NULL,'200','套',31,34,0,NULL);
INSERT INTO "items" VALUES(18,7,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',39,44,0,NULL);
INSERT INTO "items" VALUES(19,8,'秋衣秋裤','秋衣秋裤',40.0,NULL,NULL,'40','套',16,20,0,NULL);
INSERT INTO "items" VALUES(20,9,'面膜','面膜',NULL,NULL,NULL,'若干',NULL,18,20,0,NULL);
INSERT INTO "items" VALUES(21,9,'医用酒精','医用酒精',20.0,NULL,NULL,'20','桶',23,27,0,NULL);
INSERT INTO "items" VALUES(22,10,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',19,24,0,NULL);
INSERT INTO "items" VALUES(23,10,'橡皮筋','橡皮筋',NULL,NULL,NULL,NULL,NULL,28,31,0,NULL);
INSERT INTO "items" VALUES(24,10,'秋衣秋裤','秋衣秋裤',40.0,NULL,NULL,'40','套',32,36,0,NULL);
INSERT INTO "items" VALUES(25,11,'方便粥','方便粥',30.0,NULL,NULL,'30','箱',17,20,0,NULL);
INSERT INTO "items" VALUES(26,11,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',24,29,0,NULL);
INSERT INTO "items" VALUES(27,11,'面膜','面膜',NULL,NULL,NULL,'若干',NULL,34,36,0,NULL);
INSERT INTO "items" VALUES(28,11,'医用酒精','医用酒精',20.0,NULL,NULL,'20','桶',39,43,0,NULL);
INSERT INTO "items" VALUES(29,12,'卫生巾','卫生巾',60.0,NULL,NULL,'60','包',17,20,0,NULL);
INSERT INTO "items" VALUES(30,13,'电热毯','电热毯',12.0,NULL,NULL,'12','条',17,20,0,NULL);
INSERT INTO "items" VALUES(31,13,'护目镜','护目镜',NULL,NULL,NULL,NULL,NULL,24,27,0,NULL);
INSERT INTO "items" VALUES(32,14,'医用酒精','医用酒精',20.0,NULL,NULL,'20','桶',18,22,0,NULL);
INSERT INTO "items" VALUES(33,14,'护手霜','护手霜',40.0,NULL,NULL,'40','支',26,29,0,NULL);
INSERT INTO "items" VALUES(34,14,'卫生巾','卫生巾',60.0,NULL,NULL,'60','包',33,36,0,NULL);
INSERT INTO "items" VALUES(35,15,'橡皮筋','橡皮筋',NULL,NULL,NULL,NULL,NULL,17,20,0,NULL);
INSERT INTO "items" VALUES(36,15,'秋衣秋裤','秋衣秋裤',40.0,NULL,NULL,'40','套',21,25,0,NULL);
INSERT INTO "items" VALUES(37,15,'电热毯','电热毯',12.0,NULL,NULL,'12','条',29,32,0,NULL);
INSERT INTO "items" VALUES(38,15,'护目镜','护目镜',NULL,NULL,NULL,NULL,NULL,36,39,0,NULL);
INSERT INTO "items" VALUES(39,16,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',16,21,0,NULL);
INSERT INTO "items" VALUES(40,17,'防护服','防护服',200.0,NULL,NULL,'200','套',18,21,0,NULL);
INSERT INTO "items" VALUES(41,17,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',26,31,0,NULL);
INSERT INTO "items" VALUES(42,18,'护目镜','护目镜',NULL,NULL,NULL,NULL,NULL,19,22,0,NULL);
INSERT INTO "items" VALUES(43,18,'方便粥','方便粥',30.0,NULL,NULL,'30','箱',23,26,0,NULL);
INSERT INTO "items" VALUES(44,18,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',30,35,0,NULL);
INSERT INTO "items" VALUES(45,19,'护手霜','护手霜',40.0,NULL,NULL,'40','支',17,20,0,NULL);
INSERT INTO "items" VALUES(46,19,'卫生巾','卫生巾',60.0,NULL,NULL,'60','包',24,27,0,NULL);
INSERT INTO "items" VALUES(47,19,'防护服','防护服',200.0,NULL,NULL,'200','套',31,34,0,NULL);
INSERT INTO "items" VALUES(48,19,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',39,44,0,NULL);
INSERT INTO "items" VALUES(49,20,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',16,21,0,NULL);
INSERT INTO "items" VALUES(50,21,'防护服','防护服',200.0,NULL,NULL,'200','套',18,21,0,NULL);
INSERT INTO "items" VALUES(51,21,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',26,31,0,NULL);
INSERT INTO "items" VALUES(52,22,'护目镜','护目镜',NULL,NULL,NULL,NULL,NULL,19,22,0,NULL);
INSERT INTO "items" VALUES(53,22,'方便粥','方便粥',30.0,NULL,NULL,'30','箱',23,26,0,NULL);
INSERT INTO "items" VALUES(54,22,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',30,35,0,NULL);
INSERT INTO "items" VALUES(55,23,'护手霜','护手霜',40.0,NULL,NULL,'40','支',17,20,0,NULL);
INSERT INTO "items" VALUES(56,23,'卫生巾','卫生巾',60.0,NULL,NULL,'60','包',24,27,0,NULL);
INSERT INTO "items" VALUES(57,23,'防护服','防护服',200.0,NULL,NULL,'200','套',31,34,0,NULL);
INSERT INTO "items" VALUES(58,23,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',39,44,0,NULL);
INSERT INTO "items" VALUES(59,24,'秋衣秋裤','秋衣秋裤',40.0,NULL,NULL,'40','套',17,21,0,NULL);
INSERT INTO "items" VALUES(60,25,'面膜','面膜',NULL,NULL,NULL,'若干',NULL,17,19,0,NULL);
INSERT INTO "items" VALUES(61,25,'医用酒精','医用酒精',20.0,NULL,NULL,'20','桶',22,26,0,NULL);
INSERT INTO "items" VALUES(62,26,'医用酒精','医用酒精',20.0,NULL,NULL,'20','桶',19,23,0,NULL);
INSERT INTO "items" VALUES(63,26,'护手霜','护手霜',40.0,NULL,NULL,'40','支',27,30,0,NULL);
INSERT INTO "items" VALUES(64,26,'卫生巾','卫生巾',60.0,NULL,NULL,'60','包',34,37,0,NULL);
INSERT INTO "items" VALUES(65,27,'橡皮筋','橡皮筋',NULL,NULL,NULL,NULL,NULL,17,20,0,NULL);
INSERT INTO "items" VALUES(66,27,'秋衣秋裤','秋衣秋裤',40.0,NULL,NULL,'40','套',21,25,0,NULL);
INSERT INTO "items" VALUES(67,27,'电热毯','电热毯',12.0,NULL,NULL,'12','条',29,32,0,NULL);
INSERT INTO "items" VALUES(68,27,'护目镜','护目镜',NULL,NULL,NULL,NULL,NULL,36,39,0,NULL);
INSERT INTO "items" VALUES(69,28,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',17,22,0,NULL);
INSERT INTO "items" VALUES(70,29,'防护服','防护服',200.0,NULL,NULL,'200','套',17,20,0,NULL);
INSERT INTO "items" VALUES(71,29,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',25,30,0,NULL);
INSERT INTO "items" VALUES(72,30,'护目镜','护目镜',NULL,NULL,NULL,NULL,NULL,18,21,0,NULL);
INSERT INTO "items" VALUES(73,30,'方便粥','方便粥',30.0,NULL,NULL,'30','箱',22,25,0,NULL);
INSERT INTO "items" VALUES(74,30,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',29,34,0,NULL);
INSERT INTO "items" VALUES(75,31,'护手霜','护手霜',40.0,NULL,NULL,'40','支',17,20,0,NULL);
INSERT INTO "items" VALUES(76,31,'卫生巾','卫生巾',60.0,NULL,NULL,'60','包',24,27,0,NULL);
INSERT INTO "items" VALUES(77,31,'防护服','防护服',200.0,NULL,NULL,'200','套',31,34,0,NULL);
INSERT INTO "items" VALUES(78,31,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',39,44,0,NULL);
INSERT INTO "items" VALUES(79,32,'秋衣秋裤','秋衣秋裤',40.0,NULL,NULL,'40','套',16,20,0,NULL);
INSERT INTO "items" VALUES(80,33,'面膜','面膜',NULL,NULL,NULL,'若干',NULL,18,20,0,NULL);
INSERT INTO "items" VALUES(81,33,'医用酒精','医用酒精',20.0,NULL,NULL,'20','桶',23,27,0,NULL);
INSERT INTO "items" VALUES(82,34,'成人尿不湿','成人尿不湿',10.0,NULL,NULL,'10','包',19,24,0,NULL);
INSERT INTO "items" VALUES(83,34,'橡皮筋','橡皮筋',NULL,NULL,NULL,NULL,NULL,28,31,0,NULL);
INSERT INTO "items" VALUES(84,34,'秋衣秋裤','秋衣秋裤',40.0,NULL,NULL,'40','套',32,36,0,NULL);
INSERT INTO "items" VALUES(85,35,'方便粥','方便粥',30.0,NULL,NULL,'30','箱',17,20,0,NULL);
INSERT INTO "items" VALUES(86,35,'N95口罩','N95口罩',500.0,NULL,NULL,'500','个',24,29,0,NULL);
INSERT INTO "items" VALUES(87,35,'面膜','面膜',NULL,NULL,NULL,'若干',NULL,34,36,0,NULL);
INSERT INTO "items" VALUES(88,35,'医用酒精','医用酒精',20.0,NULL,NULL,'20','桶',39,43,0,NULL);
INSERT INTO "items" VALUES(89,36,'卫生巾','卫生巾',60.0,NULL,NULL,'60','包',17,20,0,NULL);
INSERT INTO "items" VALUES(90,37,'电热毯','电热毯',12.0,NULL,NULL,'12','条',17,20,0,NULL);
INSERT INTO "items" VALUES(91,37,'护目镜','护目镜',NULL,NULL,NULL,NULL,NULL,24,27,0,NULL);
CREATE TABLE marks (
  source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, changed_at TEXT NOT NULL,
  PRIMARY KEY (source, name)
);
CREATE TABLE need_details (
  need_id INTEGER NOT NULL REFERENCES needs (id), field TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (need_id, field)
) WITHOUT ROWID
;
CREATE TABLE need_signs (
  kind TEXT NOT NULL, "key" TEXT NOT NULL, need_id INTEGER NOT NULL REFERENCES needs (id),
  PRIMARY KEY (kind, "key", need_id)
) WITHOUT ROWID;
INSERT INTO "need_signs" VALUES('author','day 护士小禾',1);
INSERT INTO "need_signs" VALUES('contact','number:02785720000',1);
INSERT INTO "need_signs" VALUES('contact','number:13800138000',1);
INSERT INTO "need_signs" VALUES('contact','wechat:ziheng_8000',1);
INSERT INTO "need_signs" VALUES('ending','川紫荆医院',1);
INSERT INTO "need_signs" VALUES('ending','紫荆医院',1);
INSERT INTO "need_signs" VALUES('facility','晴川紫荆医院',1);
INSERT INTO "need_signs" VALUES('goods','护手霜',1);
INSERT INTO "need_signs" VALUES('goods','秋衣秋裤',1);
INSERT INTO "need_signs" VALUES('goods','面膜',1);
INSERT INTO "need_signs" VALUES('person','李护士',1);
INSERT INTO "need_signs" VALUES('short form','川紫荆医院',1);
INSERT INTO "need_signs" VALUES('short form','晴川紫荆医院',1);
INSERT INTO "need_signs" VALUES('short form','紫荆医院',1);
INSERT INTO "need_signs" VALUES('author','day 热心的邻居',2);
INSERT INTO "need_signs" VALUES('contact','number:13800138000',2);
INSERT INTO "need_signs" VALUES('ending','川紫荆医院',2);
INSERT INTO "need_signs" VALUES('ending','紫荆医院',2);
INSERT INTO "need_signs" VALUES('facility','晴川紫荆医院',2);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',2);
INSERT INTO "need_signs" VALUES('goods','护手霜',2);
INSERT INTO "need_signs" VALUES('short form','川紫荆医院',2);
INSERT INTO "need_signs" VALUES('short form','晴川紫荆医院',2);
INSERT INTO "need_signs" VALUES('short form','紫荆医院',2);
INSERT INTO "need_signs" VALUES('author','day 热心的邻居',3);
INSERT INTO "need_signs" VALUES('contact','number:13800138000',3);
INSERT INTO "need_signs" VALUES('ending','川紫荆医院',3);
INSERT INTO "need_signs" VALUES('ending','紫荆医院',3);
INSERT INTO "need_signs" VALUES('facility','晴川紫荆医院',3);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',3);
INSERT INTO "need_signs" VALUES('goods','护手霜',3);
INSERT INTO "need_signs" VALUES('short form','川紫荆医院',3);
INSERT INTO "need_signs" VALUES('short form','晴川紫荆医院',3);
INSERT INTO "need_signs" VALUES('short form','紫荆医院',3);
INSERT INTO "need_signs" VALUES('author','day 热心的邻居',4);
INSERT INTO "need_signs" VALUES('contact','number:13800138000',4);
INSERT INTO "need_signs" VALUES('ending','川紫荆医院',4);
INSERT INTO "need_signs" VALUES('ending','紫荆医院',4);
INSERT INTO "need_signs" VALUES('facility','晴川紫荆医院',4);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',4);
INSERT INTO "need_signs" VALUES('goods','护手霜',4);
INSERT INTO "need_signs" VALUES('short form','川紫荆医院',4);
INSERT INTO "need_signs" VALUES('short form','晴川紫荆医院',4);
INSERT INTO "need_signs" VALUES('short form','紫荆医院',4);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',5);
INSERT INTO "need_signs" VALUES('contact','number:13800138001',5);
INSERT INTO "need_signs" VALUES('ending','二医院急诊科',5);
INSERT INTO "need_signs" VALUES('ending','医院急诊科',5);
INSERT INTO "need_signs" VALUES('ending','院急诊科',5);
INSERT INTO "need_signs" VALUES('ending','鹭二医院急诊科',5);
INSERT INTO "need_signs" VALUES('facility','白鹭二医院急诊科',5);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',5);
INSERT INTO "need_signs" VALUES('goods','防护服',5);
INSERT INTO "need_signs" VALUES('person','李护士',5);
INSERT INTO "need_signs" VALUES('short form','二医院急诊科',5);
INSERT INTO "need_signs" VALUES('short form','医院急诊科',5);
INSERT INTO "need_signs" VALUES('short form','白鹭二医院急诊科',5);
INSERT INTO "need_signs" VALUES('short form','院急诊科',5);
INSERT INTO "need_signs" VALUES('short form','鹭二医院急诊科',5);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',6);
INSERT INTO "need_signs" VALUES('contact','number:13800138002',6);
INSERT INTO "need_signs" VALUES('ending','三医院呼吸内科',6);
INSERT INTO "need_signs" VALUES('ending','医院呼吸内科',6);
INSERT INTO "need_signs" VALUES('ending','呼吸内科',6);
INSERT INTO "need_signs" VALUES('ending','溪三医院呼吸内科',6);
INSERT INTO "need_signs" VALUES('ending','院呼吸内科',6);
INSERT INTO "need_signs" VALUES('facility','云溪三医院呼吸内科',6);
INSERT INTO "need_signs" VALUES('goods','N95口罩',6);
INSERT INTO "need_signs" VALUES('goods','护目镜',6);
INSERT INTO "need_signs" VALUES('goods','方便粥',6);
INSERT INTO "need_signs" VALUES('person','李护士',6);
INSERT INTO "need_signs" VALUES('short form','三医院呼吸内科',6);
INSERT INTO "need_signs" VALUES('short form','云溪三医院呼吸内科',6);
INSERT INTO "need_signs" VALUES('short form','医院呼吸内科',6);
INSERT INTO "need_signs" VALUES('short form','呼吸内科',6);
INSERT INTO "need_signs" VALUES('short form','溪三医院呼吸内科',6);
INSERT INTO "need_signs" VALUES('short form','院呼吸内科',6);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',7);
INSERT INTO "need_signs" VALUES('contact','number:13800138003',7);
INSERT INTO "need_signs" VALUES('ending','医院感染科',7);
INSERT INTO "need_signs" VALUES('ending','四医院感染科',7);
INSERT INTO "need_signs" VALUES('ending','江镇四医院感染科',7);
INSERT INTO "need_signs" VALUES('ending','镇四医院感染科',7);
INSERT INTO "need_signs" VALUES('ending','院感染科',7);
INSERT INTO "need_signs" VALUES('facility','望江镇四医院感染科',7);
INSERT INTO "need_signs" VALUES('goods','卫生巾',7);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',7);
INSERT INTO "need_signs" VALUES('goods','护手霜',7);
INSERT INTO "need_signs" VALUES('goods','防护服',7);
INSERT INTO "need_signs" VALUES('person','李护士',7);
INSERT INTO "need_signs" VALUES('short form','医院感染科',7);
INSERT INTO "need_signs" VALUES('short form','四医院感染科',7);
INSERT INTO "need_signs" VALUES('short form','望江镇四医院感染科',7);
INSERT INTO "need_signs" VALUES('short form','江镇四医院感染科',7);
INSERT INTO "need_signs" VALUES('short form','镇四医院感染科',7);
INSERT INTO "need_signs" VALUES('short form','院感染科',7);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',8);
INSERT INTO "need_signs" VALUES('contact','number:13800138004',8);
INSERT INTO "need_signs" VALUES('ending','五医院儿科',8);
INSERT INTO "need_signs" VALUES('ending','医院儿科',8);
INSERT INTO "need_signs" VALUES('ending','禾五医院儿科',8);
INSERT INTO "need_signs" VALUES('facility','青禾五医院儿科',8);
INSERT INTO "need_signs" VALUES('goods','秋衣秋裤',8);
INSERT INTO "need_signs" VALUES('person','李护士',8);
INSERT INTO "need_signs" VALUES('short form','五医院儿科',8);
INSERT INTO "need_signs" VALUES('short form','医院儿科',8);
INSERT INTO "need_signs" VALUES('short form','禾五医院儿科',8);
INSERT INTO "need_signs" VALUES('short form','青禾五医院儿科',8);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',9);
INSERT INTO "need_signs" VALUES('ending','六医院发热门诊',9);
INSERT INTO "need_signs" VALUES('ending','医院发热门诊',9);
INSERT INTO "need_signs" VALUES('ending','发热门诊',9);
INSERT INTO "need_signs" VALUES('ending','院发热门诊',9);
INSERT INTO "need_signs" VALUES('ending','鹭六医院发热门诊',9);
INSERT INTO "need_signs" VALUES('facility','白鹭六医院发热门诊',9);
INSERT INTO "need_signs" VALUES('goods','医用酒精',9);
INSERT INTO "need_signs" VALUES('goods','面膜',9);
INSERT INTO "need_signs" VALUES('short form','六医院发热门诊',9);
INSERT INTO "need_signs" VALUES('short form','医院发热门诊',9);
INSERT INTO "need_signs" VALUES('short form','发热门诊',9);
INSERT INTO "need_signs" VALUES('short form','白鹭六医院发热门诊',9);
INSERT INTO "need_signs" VALUES('short form','院发热门诊',9);
INSERT INTO "need_signs" VALUES('short form','鹭六医院发热门诊',9);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',10);
INSERT INTO "need_signs" VALUES('contact','number:13800138006',10);
INSERT INTO "need_signs" VALUES('ending','一医院支援医疗队',10);
INSERT INTO "need_signs" VALUES('ending','医院支援医疗队',10);
INSERT INTO "need_signs" VALUES('ending','溪一医院支援医疗队',10);
INSERT INTO "need_signs" VALUES('ending','院支援医疗队',10);
INSERT INTO "need_signs" VALUES('facility','云溪一医院支援医疗队',10);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',10);
INSERT INTO "need_signs" VALUES('goods','橡皮筋',10);
INSERT INTO "need_signs" VALUES('goods','秋衣秋裤',10);
INSERT INTO "need_signs" VALUES('person','李护士',10);
INSERT INTO "need_signs" VALUES('short form','一医院支援医疗队',10);
INSERT INTO "need_signs" VALUES('short form','云溪一医院支援医疗队',10);
INSERT INTO "need_signs" VALUES('short form','医院支援医疗队',10);
INSERT INTO "need_signs" VALUES('short form','溪一医院支援医疗队',10);
INSERT INTO "need_signs" VALUES('short form','院支援医疗队',10);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',11);
INSERT INTO "need_signs" VALUES('contact','number:13800138007',11);
INSERT INTO "need_signs" VALUES('ending','二医院手术室',11);
INSERT INTO "need_signs" VALUES('ending','医院手术室',11);
INSERT INTO "need_signs" VALUES('ending','江镇二医院手术室',11);
INSERT INTO "need_signs" VALUES('ending','镇二医院手术室',11);
INSERT INTO "need_signs" VALUES('ending','院手术室',11);
INSERT INTO "need_signs" VALUES('facility','望江镇二医院手术室',11);
INSERT INTO "need_signs" VALUES('goods','N95口罩',11);
INSERT INTO "need_signs" VALUES('goods','医用酒精',11);
INSERT INTO "need_signs" VALUES('goods','方便粥',11);
INSERT INTO "need_signs" VALUES('goods','面膜',11);
INSERT INTO "need_signs" VALUES('person','李护士',11);
INSERT INTO "need_signs" VALUES('short form','二医院手术室',11);
INSERT INTO "need_signs" VALUES('short form','医院手术室',11);
INSERT INTO "need_signs" VALUES('short form','望江镇二医院手术室',11);
INSERT INTO "need_signs" VALUES('short form','江镇二医院手术室',11);
INSERT INTO "need_signs" VALUES('short form','镇二医院手术室',11);
INSERT INTO "need_signs" VALUES('short form','院手术室',11);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',12);
INSERT INTO "need_signs" VALUES('contact','number:13800138008',12);
INSERT INTO "need_signs" VALUES('ending','三医院ICU',12);
INSERT INTO "need_signs" VALUES('ending','医院ICU',12);
INSERT INTO "need_signs" VALUES('ending','禾三医院ICU',12);
INSERT INTO "need_signs" VALUES('ending','院ICU',12);
INSERT INTO "need_signs" VALUES('facility','青禾三医院ICU',12);
INSERT INTO "need_signs" VALUES('goods','卫生巾',12);
INSERT INTO "need_signs" VALUES('person','李护士',12);
INSERT INTO "need_signs" VALUES('short form','三医院ICU',12);
INSERT INTO "need_signs" VALUES('short form','医院ICU',12);
INSERT INTO "need_signs" VALUES('short form','禾三医院ICU',12);
INSERT INTO "need_signs" VALUES('short form','院ICU',12);
INSERT INTO "need_signs" VALUES('short form','青禾三医院ICU',12);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',13);
INSERT INTO "need_signs" VALUES('contact','number:13800138009',13);
INSERT INTO "need_signs" VALUES('ending','医院急诊科',13);
INSERT INTO "need_signs" VALUES('ending','四医院急诊科',13);
INSERT INTO "need_signs" VALUES('ending','院急诊科',13);
INSERT INTO "need_signs" VALUES('ending','鹭四医院急诊科',13);
INSERT INTO "need_signs" VALUES('facility','白鹭四医院急诊科',13);
INSERT INTO "need_signs" VALUES('goods','护目镜',13);
INSERT INTO "need_signs" VALUES('goods','电热毯',13);
INSERT INTO "need_signs" VALUES('person','李护士',13);
INSERT INTO "need_signs" VALUES('short form','医院急诊科',13);
INSERT INTO "need_signs" VALUES('short form','四医院急诊科',13);
INSERT INTO "need_signs" VALUES('short form','白鹭四医院急诊科',13);
INSERT INTO "need_signs" VALUES('short form','院急诊科',13);
INSERT INTO "need_signs" VALUES('short form','鹭四医院急诊科',13);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',14);
INSERT INTO "need_signs" VALUES('ending','五医院呼吸内科',14);
INSERT INTO "need_signs" VALUES('ending','医院呼吸内科',14);
INSERT INTO "need_signs" VALUES('ending','呼吸内科',14);
INSERT INTO "need_signs" VALUES('ending','溪五医院呼吸内科',14);
INSERT INTO "need_signs" VALUES('ending','院呼吸内科',14);
INSERT INTO "need_signs" VALUES('facility','云溪五医院呼吸内科',14);
INSERT INTO "need_signs" VALUES('goods','医用酒精',14);
INSERT INTO "need_signs" VALUES('goods','卫生巾',14);
INSERT INTO "need_signs" VALUES('goods','护手霜',14);
INSERT INTO "need_signs" VALUES('short form','云溪五医院呼吸内科',14);
INSERT INTO "need_signs" VALUES('short form','五医院呼吸内科',14);
INSERT INTO "need_signs" VALUES('short form','医院呼吸内科',14);
INSERT INTO "need_signs" VALUES('short form','呼吸内科',14);
INSERT INTO "need_signs" VALUES('short form','溪五医院呼吸内科',14);
INSERT INTO "need_signs" VALUES('short form','院呼吸内科',14);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',15);
INSERT INTO "need_signs" VALUES('contact','number:13800138011',15);
INSERT INTO "need_signs" VALUES('ending','六医院感染科',15);
INSERT INTO "need_signs" VALUES('ending','医院感染科',15);
INSERT INTO "need_signs" VALUES('ending','江镇六医院感染科',15);
INSERT INTO "need_signs" VALUES('ending','镇六医院感染科',15);
INSERT INTO "need_signs" VALUES('ending','院感染科',15);
INSERT INTO "need_signs" VALUES('facility','望江镇六医院感染科',15);
INSERT INTO "need_signs" VALUES('goods','护目镜',15);
INSERT INTO "need_signs" VALUES('goods','橡皮筋',15);
INSERT INTO "need_signs" VALUES('goods','电热毯',15);
INSERT INTO "need_signs" VALUES('goods','秋衣秋裤',15);
INSERT INTO "need_signs" VALUES('person','李护士',15);
INSERT INTO "need_signs" VALUES('short form','六医院感染科',15);
INSERT INTO "need_signs" VALUES('short form','医院感染科',15);
INSERT INTO "need_signs" VALUES('short form','望江镇六医院感染科',15);
INSERT INTO "need_signs" VALUES('short form','江镇六医院感染科',15);
INSERT INTO "need_signs" VALUES('short form','镇六医院感染科',15);
INSERT INTO "need_signs" VALUES('short form','院感染科',15);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',16);
INSERT INTO "need_signs" VALUES('contact','number:13800138012',16);
INSERT INTO "need_signs" VALUES('ending','一医院儿科',16);
INSERT INTO "need_signs" VALUES('ending','医院儿科',16);
INSERT INTO "need_signs" VALUES('ending','禾一医院儿科',16);
INSERT INTO "need_signs" VALUES('facility','青禾一医院儿科',16);
INSERT INTO "need_signs" VALUES('goods','N95口罩',16);
INSERT INTO "need_signs" VALUES('person','李护士',16);
INSERT INTO "need_signs" VALUES('short form','一医院儿科',16);
INSERT INTO "need_signs" VALUES('short form','医院儿科',16);
INSERT INTO "need_signs" VALUES('short form','禾一医院儿科',16);
INSERT INTO "need_signs" VALUES('short form','青禾一医院儿科',16);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',17);
INSERT INTO "need_signs" VALUES('contact','number:13800138013',17);
INSERT INTO "need_signs" VALUES('ending','二医院发热门诊',17);
INSERT INTO "need_signs" VALUES('ending','医院发热门诊',17);
INSERT INTO "need_signs" VALUES('ending','发热门诊',17);
INSERT INTO "need_signs" VALUES('ending','院发热门诊',17);
INSERT INTO "need_signs" VALUES('ending','鹭二医院发热门诊',17);
INSERT INTO "need_signs" VALUES('facility','白鹭二医院发热门诊',17);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',17);
INSERT INTO "need_signs" VALUES('goods','防护服',17);
INSERT INTO "need_signs" VALUES('person','李护士',17);
INSERT INTO "need_signs" VALUES('short form','二医院发热门诊',17);
INSERT INTO "need_signs" VALUES('short form','医院发热门诊',17);
INSERT INTO "need_signs" VALUES('short form','发热门诊',17);
INSERT INTO "need_signs" VALUES('short form','白鹭二医院发热门诊',17);
INSERT INTO "need_signs" VALUES('short form','院发热门诊',17);
INSERT INTO "need_signs" VALUES('short form','鹭二医院发热门诊',17);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',18);
INSERT INTO "need_signs" VALUES('contact','number:13800138014',18);
INSERT INTO "need_signs" VALUES('ending','三医院支援医疗队',18);
INSERT INTO "need_signs" VALUES('ending','医院支援医疗队',18);
INSERT INTO "need_signs" VALUES('ending','溪三医院支援医疗队',18);
INSERT INTO "need_signs" VALUES('ending','院支援医疗队',18);
INSERT INTO "need_signs" VALUES('facility','云溪三医院支援医疗队',18);
INSERT INTO "need_signs" VALUES('goods','N95口罩',18);
INSERT INTO "need_signs" VALUES('goods','护目镜',18);
INSERT INTO "need_signs" VALUES('goods','方便粥',18);
INSERT INTO "need_signs" VALUES('person','李护士',18);
INSERT INTO "need_signs" VALUES('short form','三医院支援医疗队',18);
INSERT INTO "need_signs" VALUES('short form','云溪三医院支援医疗队',18);
INSERT INTO "need_signs" VALUES('short form','医院支援医疗队',18);
INSERT INTO "need_signs" VALUES('short form','溪三医院支援医疗队',18);
INSERT INTO "need_signs" VALUES('short form','院支援医疗队',18);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',19);
INSERT INTO "need_signs" VALUES('ending','医院手术室',19);
INSERT INTO "need_signs" VALUES('ending','四医院手术室',19);
INSERT INTO "need_signs" VALUES('ending','江镇四医院手术室',19);
INSERT INTO "need_signs" VALUES('ending','镇四医院手术室',19);
INSERT INTO "need_signs" VALUES('ending','院手术室',19);
INSERT INTO "need_signs" VALUES('facility','望江镇四医院手术室',19);
INSERT INTO "need_signs" VALUES('goods','卫生巾',19);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',19);
INSERT INTO "need_signs" VALUES('goods','护手霜',19);
INSERT INTO "need_signs" VALUES('goods','防护服',19);
INSERT INTO "need_signs" VALUES('short form','医院手术室',19);
INSERT INTO "need_signs" VALUES('short form','四医院手术室',19);
INSERT INTO "need_signs" VALUES('short form','望江镇四医院手术室',19);
INSERT INTO "need_signs" VALUES('short form','江镇四医院手术室',19);
INSERT INTO "need_signs" VALUES('short form','镇四医院手术室',19);
INSERT INTO "need_signs" VALUES('short form','院手术室',19);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',20);
INSERT INTO "need_signs" VALUES('ending','一医院儿科',20);
INSERT INTO "need_signs" VALUES('ending','医院儿科',20);
INSERT INTO "need_signs" VALUES('ending','禾一医院儿科',20);
INSERT INTO "need_signs" VALUES('facility','青禾一医院儿科',20);
INSERT INTO "need_signs" VALUES('goods','N95口罩',20);
INSERT INTO "need_signs" VALUES('short form','一医院儿科',20);
INSERT INTO "need_signs" VALUES('short form','医院儿科',20);
INSERT INTO "need_signs" VALUES('short form','禾一医院儿科',20);
INSERT INTO "need_signs" VALUES('short form','青禾一医院儿科',20);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',21);
INSERT INTO "need_signs" VALUES('contact','number:13800138061',21);
INSERT INTO "need_signs" VALUES('ending','二医院发热门诊',21);
INSERT INTO "need_signs" VALUES('ending','医院发热门诊',21);
INSERT INTO "need_signs" VALUES('ending','发热门诊',21);
INSERT INTO "need_signs" VALUES('ending','院发热门诊',21);
INSERT INTO "need_signs" VALUES('ending','鹭二医院发热门诊',21);
INSERT INTO "need_signs" VALUES('facility','白鹭二医院发热门诊',21);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',21);
INSERT INTO "need_signs" VALUES('goods','防护服',21);
INSERT INTO "need_signs" VALUES('person','李护士',21);
INSERT INTO "need_signs" VALUES('short form','二医院发热门诊',21);
INSERT INTO "need_signs" VALUES('short form','医院发热门诊',21);
INSERT INTO "need_signs" VALUES('short form','发热门诊',21);
INSERT INTO "need_signs" VALUES('short form','白鹭二医院发热门诊',21);
INSERT INTO "need_signs" VALUES('short form','院发热门诊',21);
INSERT INTO "need_signs" VALUES('short form','鹭二医院发热门诊',21);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',22);
INSERT INTO "need_signs" VALUES('contact','number:13800138062',22);
INSERT INTO "need_signs" VALUES('ending','三医院支援医疗队',22);
INSERT INTO "need_signs" VALUES('ending','医院支援医疗队',22);
INSERT INTO "need_signs" VALUES('ending','溪三医院支援医疗队',22);
INSERT INTO "need_signs" VALUES('ending','院支援医疗队',22);
INSERT INTO "need_signs" VALUES('facility','云溪三医院支援医疗队',22);
INSERT INTO "need_signs" VALUES('goods','N95口罩',22);
INSERT INTO "need_signs" VALUES('goods','护目镜',22);
INSERT INTO "need_signs" VALUES('goods','方便粥',22);
INSERT INTO "need_signs" VALUES('person','李护士',22);
INSERT INTO "need_signs" VALUES('short form','三医院支援医疗队',22);
INSERT INTO "need_signs" VALUES('short form','云溪三医院支援医疗队',22);
INSERT INTO "need_signs" VALUES('short form','医院支援医疗队',22);
INSERT INTO "need_signs" VALUES('short form','溪三医院支援医疗队',22);
INSERT INTO "need_signs" VALUES('short form','院支援医疗队',22);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',23);
INSERT INTO "need_signs" VALUES('contact','number:13800138063',23);
INSERT INTO "need_signs" VALUES('ending','医院手术室',23);
INSERT INTO "need_signs" VALUES('ending','四医院手术室',23);
INSERT INTO "need_signs" VALUES('ending','江镇四医院手术室',23);
INSERT INTO "need_signs" VALUES('ending','镇四医院手术室',23);
INSERT INTO "need_signs" VALUES('ending','院手术室',23);
INSERT INTO "need_signs" VALUES('facility','望江镇四医院手术室',23);
INSERT INTO "need_signs" VALUES('goods','卫生巾',23);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',23);
INSERT INTO "need_signs" VALUES('goods','护手霜',23);
INSERT INTO "need_signs" VALUES('goods','防护服',23);
INSERT INTO "need_signs" VALUES('person','李护士',23);
INSERT INTO "need_signs" VALUES('short form','医院手术室',23);
INSERT INTO "need_signs" VALUES('short form','四医院手术室',23);
INSERT INTO "need_signs" VALUES('short form','望江镇四医院手术室',23);
INSERT INTO "need_signs" VALUES('short form','江镇四医院手术室',23);
INSERT INTO "need_signs" VALUES('short form','镇四医院手术室',23);
INSERT INTO "need_signs" VALUES('short form','院手术室',23);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',24);
INSERT INTO "need_signs" VALUES('contact','number:13800138064',24);
INSERT INTO "need_signs" VALUES('ending','五医院ICU',24);
INSERT INTO "need_signs" VALUES('ending','医院ICU',24);
INSERT INTO "need_signs" VALUES('ending','禾五医院ICU',24);
INSERT INTO "need_signs" VALUES('ending','院ICU',24);
INSERT INTO "need_signs" VALUES('facility','青禾五医院ICU',24);
INSERT INTO "need_signs" VALUES('goods','秋衣秋裤',24);
INSERT INTO "need_signs" VALUES('person','李护士',24);
INSERT INTO "need_signs" VALUES('short form','五医院ICU',24);
INSERT INTO "need_signs" VALUES('short form','医院ICU',24);
INSERT INTO "need_signs" VALUES('short form','禾五医院ICU',24);
INSERT INTO "need_signs" VALUES('short form','院ICU',24);
INSERT INTO "need_signs" VALUES('short form','青禾五医院ICU',24);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',25);
INSERT INTO "need_signs" VALUES('ending','六医院急诊科',25);
INSERT INTO "need_signs" VALUES('ending','医院急诊科',25);
INSERT INTO "need_signs" VALUES('ending','院急诊科',25);
INSERT INTO "need_signs" VALUES('ending','鹭六医院急诊科',25);
INSERT INTO "need_signs" VALUES('facility','白鹭六医院急诊科',25);
INSERT INTO "need_signs" VALUES('goods','医用酒精',25);
INSERT INTO "need_signs" VALUES('goods','面膜',25);
INSERT INTO "need_signs" VALUES('short form','六医院急诊科',25);
INSERT INTO "need_signs" VALUES('short form','医院急诊科',25);
INSERT INTO "need_signs" VALUES('short form','白鹭六医院急诊科',25);
INSERT INTO "need_signs" VALUES('short form','院急诊科',25);
INSERT INTO "need_signs" VALUES('short form','鹭六医院急诊科',25);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',26);
INSERT INTO "need_signs" VALUES('ending','五医院支援医疗队',26);
INSERT INTO "need_signs" VALUES('ending','医院支援医疗队',26);
INSERT INTO "need_signs" VALUES('ending','溪五医院支援医疗队',26);
INSERT INTO "need_signs" VALUES('ending','院支援医疗队',26);
INSERT INTO "need_signs" VALUES('facility','云溪五医院支援医疗队',26);
INSERT INTO "need_signs" VALUES('goods','医用酒精',26);
INSERT INTO "need_signs" VALUES('goods','卫生巾',26);
INSERT INTO "need_signs" VALUES('goods','护手霜',26);
INSERT INTO "need_signs" VALUES('short form','云溪五医院支援医疗队',26);
INSERT INTO "need_signs" VALUES('short form','五医院支援医疗队',26);
INSERT INTO "need_signs" VALUES('short form','医院支援医疗队',26);
INSERT INTO "need_signs" VALUES('short form','溪五医院支援医疗队',26);
INSERT INTO "need_signs" VALUES('short form','院支援医疗队',26);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',27);
INSERT INTO "need_signs" VALUES('contact','number:13800138071',27);
INSERT INTO "need_signs" VALUES('ending','六医院手术室',27);
INSERT INTO "need_signs" VALUES('ending','医院手术室',27);
INSERT INTO "need_signs" VALUES('ending','江镇六医院手术室',27);
INSERT INTO "need_signs" VALUES('ending','镇六医院手术室',27);
INSERT INTO "need_signs" VALUES('ending','院手术室',27);
INSERT INTO "need_signs" VALUES('facility','望江镇六医院手术室',27);
INSERT INTO "need_signs" VALUES('goods','护目镜',27);
INSERT INTO "need_signs" VALUES('goods','橡皮筋',27);
INSERT INTO "need_signs" VALUES('goods','电热毯',27);
INSERT INTO "need_signs" VALUES('goods','秋衣秋裤',27);
INSERT INTO "need_signs" VALUES('person','李护士',27);
INSERT INTO "need_signs" VALUES('short form','六医院手术室',27);
INSERT INTO "need_signs" VALUES('short form','医院手术室',27);
INSERT INTO "need_signs" VALUES('short form','望江镇六医院手术室',27);
INSERT INTO "need_signs" VALUES('short form','江镇六医院手术室',27);
INSERT INTO "need_signs" VALUES('short form','镇六医院手术室',27);
INSERT INTO "need_signs" VALUES('short form','院手术室',27);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',28);
INSERT INTO "need_signs" VALUES('contact','number:13800138072',28);
INSERT INTO "need_signs" VALUES('ending','一医院ICU',28);
INSERT INTO "need_signs" VALUES('ending','医院ICU',28);
INSERT INTO "need_signs" VALUES('ending','禾一医院ICU',28);
INSERT INTO "need_signs" VALUES('ending','院ICU',28);
INSERT INTO "need_signs" VALUES('facility','青禾一医院ICU',28);
INSERT INTO "need_signs" VALUES('goods','N95口罩',28);
INSERT INTO "need_signs" VALUES('person','李护士',28);
INSERT INTO "need_signs" VALUES('short form','一医院ICU',28);
INSERT INTO "need_signs" VALUES('short form','医院ICU',28);
INSERT INTO "need_signs" VALUES('short form','禾一医院ICU',28);
INSERT INTO "need_signs" VALUES('short form','院ICU',28);
INSERT INTO "need_signs" VALUES('short form','青禾一医院ICU',28);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',29);
INSERT INTO "need_signs" VALUES('contact','number:13800138073',29);
INSERT INTO "need_signs" VALUES('ending','二医院急诊科',29);
INSERT INTO "need_signs" VALUES('ending','医院急诊科',29);
INSERT INTO "need_signs" VALUES('ending','院急诊科',29);
INSERT INTO "need_signs" VALUES('ending','鹭二医院急诊科',29);
INSERT INTO "need_signs" VALUES('facility','白鹭二医院急诊科',29);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',29);
INSERT INTO "need_signs" VALUES('goods','防护服',29);
INSERT INTO "need_signs" VALUES('person','李护士',29);
INSERT INTO "need_signs" VALUES('short form','二医院急诊科',29);
INSERT INTO "need_signs" VALUES('short form','医院急诊科',29);
INSERT INTO "need_signs" VALUES('short form','白鹭二医院急诊科',29);
INSERT INTO "need_signs" VALUES('short form','院急诊科',29);
INSERT INTO "need_signs" VALUES('short form','鹭二医院急诊科',29);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',30);
INSERT INTO "need_signs" VALUES('contact','number:13800138074',30);
INSERT INTO "need_signs" VALUES('ending','三医院呼吸内科',30);
INSERT INTO "need_signs" VALUES('ending','医院呼吸内科',30);
INSERT INTO "need_signs" VALUES('ending','呼吸内科',30);
INSERT INTO "need_signs" VALUES('ending','溪三医院呼吸内科',30);
INSERT INTO "need_signs" VALUES('ending','院呼吸内科',30);
INSERT INTO "need_signs" VALUES('facility','云溪三医院呼吸内科',30);
INSERT INTO "need_signs" VALUES('goods','N95口罩',30);
INSERT INTO "need_signs" VALUES('goods','护目镜',30);
INSERT INTO "need_signs" VALUES('goods','方便粥',30);
INSERT INTO "need_signs" VALUES('person','李护士',30);
INSERT INTO "need_signs" VALUES('short form','三医院呼吸内科',30);
INSERT INTO "need_signs" VALUES('short form','云溪三医院呼吸内科',30);
INSERT INTO "need_signs" VALUES('short form','医院呼吸内科',30);
INSERT INTO "need_signs" VALUES('short form','呼吸内科',30);
INSERT INTO "need_signs" VALUES('short form','溪三医院呼吸内科',30);
INSERT INTO "need_signs" VALUES('short form','院呼吸内科',30);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',31);
INSERT INTO "need_signs" VALUES('ending','医院感染科',31);
INSERT INTO "need_signs" VALUES('ending','四医院感染科',31);
INSERT INTO "need_signs" VALUES('ending','江镇四医院感染科',31);
INSERT INTO "need_signs" VALUES('ending','镇四医院感染科',31);
INSERT INTO "need_signs" VALUES('ending','院感染科',31);
INSERT INTO "need_signs" VALUES('facility','望江镇四医院感染科',31);
INSERT INTO "need_signs" VALUES('goods','卫生巾',31);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',31);
INSERT INTO "need_signs" VALUES('goods','护手霜',31);
INSERT INTO "need_signs" VALUES('goods','防护服',31);
INSERT INTO "need_signs" VALUES('short form','医院感染科',31);
INSERT INTO "need_signs" VALUES('short form','四医院感染科',31);
INSERT INTO "need_signs" VALUES('short form','望江镇四医院感染科',31);
INSERT INTO "need_signs" VALUES('short form','江镇四医院感染科',31);
INSERT INTO "need_signs" VALUES('short form','镇四医院感染科',31);
INSERT INTO "need_signs" VALUES('short form','院感染科',31);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',32);
INSERT INTO "need_signs" VALUES('contact','number:13800138076',32);
INSERT INTO "need_signs" VALUES('ending','五医院儿科',32);
INSERT INTO "need_signs" VALUES('ending','医院儿科',32);
INSERT INTO "need_signs" VALUES('ending','禾五医院儿科',32);
INSERT INTO "need_signs" VALUES('facility','青禾五医院儿科',32);
INSERT INTO "need_signs" VALUES('goods','秋衣秋裤',32);
INSERT INTO "need_signs" VALUES('person','李护士',32);
INSERT INTO "need_signs" VALUES('short form','五医院儿科',32);
INSERT INTO "need_signs" VALUES('short form','医院儿科',32);
INSERT INTO "need_signs" VALUES('short form','禾五医院儿科',32);
INSERT INTO "need_signs" VALUES('short form','青禾五医院儿科',32);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',33);
INSERT INTO "need_signs" VALUES('contact','number:13800138077',33);
INSERT INTO "need_signs" VALUES('ending','六医院发热门诊',33);
INSERT INTO "need_signs" VALUES('ending','医院发热门诊',33);
INSERT INTO "need_signs" VALUES('ending','发热门诊',33);
INSERT INTO "need_signs" VALUES('ending','院发热门诊',33);
INSERT INTO "need_signs" VALUES('ending','鹭六医院发热门诊',33);
INSERT INTO "need_signs" VALUES('facility','白鹭六医院发热门诊',33);
INSERT INTO "need_signs" VALUES('goods','医用酒精',33);
INSERT INTO "need_signs" VALUES('goods','面膜',33);
INSERT INTO "need_signs" VALUES('person','李护士',33);
INSERT INTO "need_signs" VALUES('short form','六医院发热门诊',33);
INSERT INTO "need_signs" VALUES('short form','医院发热门诊',33);
INSERT INTO "need_signs" VALUES('short form','发热门诊',33);
INSERT INTO "need_signs" VALUES('short form','白鹭六医院发热门诊',33);
INSERT INTO "need_signs" VALUES('short form','院发热门诊',33);
INSERT INTO "need_signs" VALUES('short form','鹭六医院发热门诊',33);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',34);
INSERT INTO "need_signs" VALUES('contact','number:13800138078',34);
INSERT INTO "need_signs" VALUES('ending','一医院支援医疗队',34);
INSERT INTO "need_signs" VALUES('ending','医院支援医疗队',34);
INSERT INTO "need_signs" VALUES('ending','溪一医院支援医疗队',34);
INSERT INTO "need_signs" VALUES('ending','院支援医疗队',34);
INSERT INTO "need_signs" VALUES('facility','云溪一医院支援医疗队',34);
INSERT INTO "need_signs" VALUES('goods','成人尿不湿',34);
INSERT INTO "need_signs" VALUES('goods','橡皮筋',34);
INSERT INTO "need_signs" VALUES('goods','秋衣秋裤',34);
INSERT INTO "need_signs" VALUES('person','李护士',34);
INSERT INTO "need_signs" VALUES('short form','一医院支援医疗队',34);
INSERT INTO "need_signs" VALUES('short form','云溪一医院支援医疗队',34);
INSERT INTO "need_signs" VALUES('short form','医院支援医疗队',34);
INSERT INTO "need_signs" VALUES('short form','溪一医院支援医疗队',34);
INSERT INTO "need_signs" VALUES('short form','院支援医疗队',34);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',35);
INSERT INTO "need_signs" VALUES('contact','number:13800138079',35);
INSERT INTO "need_signs" VALUES('ending','二医院手术室',35);
INSERT INTO "need_signs" VALUES('ending','医院手术室',35);
INSERT INTO "need_signs" VALUES('ending','江镇二医院手术室',35);
INSERT INTO "need_signs" VALUES('ending','镇二医院手术室',35);
INSERT INTO "need_signs" VALUES('ending','院手术室',35);
INSERT INTO "need_signs" VALUES('facility','望江镇二医院手术室',35);
INSERT INTO "need_signs" VALUES('goods','N95口罩',35);
INSERT INTO "need_signs" VALUES('goods','医用酒精',35);
INSERT INTO "need_signs" VALUES('goods','方便粥',35);
INSERT INTO "need_signs" VALUES('goods','面膜',35);
INSERT INTO "need_signs" VALUES('person','李护士',35);
INSERT INTO "need_signs" VALUES('short form','二医院手术室',35);
INSERT INTO "need_signs" VALUES('short form','医院手术室',35);
INSERT INTO "need_signs" VALUES('short form','望江镇二医院手术室',35);
INSERT INTO "need_signs" VALUES('short form','江镇二医院手术室',35);
INSERT INTO "need_signs" VALUES('short form','镇二医院手术室',35);
INSERT INTO "need_signs" VALUES('short form','院手术室',35);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',36);
INSERT INTO "need_signs" VALUES('ending','三医院ICU',36);
INSERT INTO "need_signs" VALUES('ending','医院ICU',36);
INSERT INTO "need_signs" VALUES('ending','禾三医院ICU',36);
INSERT INTO "need_signs" VALUES('ending','院ICU',36);
INSERT INTO "need_signs" VALUES('facility','青禾三医院ICU',36);
INSERT INTO "need_signs" VALUES('goods','卫生巾',36);
INSERT INTO "need_signs" VALUES('short form','三医院ICU',36);
INSERT INTO "need_signs" VALUES('short form','医院ICU',36);
INSERT INTO "need_signs" VALUES('short form','禾三医院ICU',36);
INSERT INTO "need_signs" VALUES('short form','院ICU',36);
INSERT INTO "need_signs" VALUES('short form','青禾三医院ICU',36);
INSERT INTO "need_signs" VALUES('author','day 护士小禾',37);
INSERT INTO "need_signs" VALUES('contact','number:13800138081',37);
INSERT INTO "need_signs" VALUES('ending','医院急诊科',37);
INSERT INTO "need_signs" VALUES('ending','四医院急诊科',37);
INSERT INTO "need_signs" VALUES('ending','院急诊科',37);
INSERT INTO "need_signs" VALUES('ending','鹭四医院急诊科',37);
INSERT INTO "need_signs" VALUES('facility','白鹭四医院急诊科',37);
INSERT INTO "need_signs" VALUES('goods','护目镜',37);
INSERT INTO "need_signs" VALUES('goods','电热毯',37);
INSERT INTO "need_signs" VALUES('person','李护士',37);
INSERT INTO "need_signs" VALUES('short form','医院急诊科',37);
INSERT INTO "need_signs" VALUES('short form','四医院急诊科',37);
INSERT INTO "need_signs" VALUES('short form','白鹭四医院急诊科',37);
INSERT INTO "need_signs" VALUES('short form','院急诊科',37);
INSERT INTO "need_signs" VALUES('short form','鹭四医院急诊科',37);
CREATE TABLE need_updates (
  id INTEGER PRIMARY KEY, update_id INTEGER NOT NULL REFERENCES updates (id),
  need_id INTEGER NOT NULL REFERENCES needs (id),
  effect TEXT NOT NULL, goods TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
  unwanted TEXT NOT NULL, new_contacts TEXT NOT NULL, own INTEGER NOT NULL, reason TEXT NOT NULL,
  matched_at TEXT NOT NULL, undone_at TEXT, undone_by TEXT,
  UNIQUE (update_id, need_id)
);
CREATE TABLE needs (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL,
  words TEXT NOT NULL, score REAL NOT NULL, label TEXT NOT NULL, voice TEXT,
  urgency TEXT, found_at TEXT NOT NULL, withdrawn_at TEXT,
  UNIQUE (post_id, digest)
);
INSERT INTO "needs" VALUES(1,1,'b2c99747af50d20e23233c6e6891be62','我是支援医疗队的护士，在晴川市紫荆医院，急需护手霜40支、秋衣秋裤40套、面膜若干，手都裂了，库存只够一天。李护士 138 0013 8000，科室座机 027-85720000，微信 ziheng_8000。求助！',0.97,'request','firsthand','{"text": "\u53ea\u591f\u4e00\u5929", "start": 49, "end": 53, "level": "critical"}','2026-11-30T18:02:30Z',NULL);
INSERT INTO "needs" VALUES(2,2,'9a97e6e295a6b6a9ee1921e944ff6cde','转发0：晴川市紫荆医院急需护手霜60支、成人尿不湿20包，联系 138 0013 8000',0.8,'request','passed on',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "needs" VALUES(3,3,'ca901241d060b186b9c5e996ec1bf654','转发1：晴川市紫荆医院急需护手霜60支、成人尿不湿20包，联系 138 0013 8000',0.79,'request','passed on',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "needs" VALUES(4,4,'6b5a12279a2cd57168fb5b10e278fdbb','转发2：晴川市紫荆医院急需护手霜60支、成人尿不湿20包，联系 138 0013 8000',0.78,'request','passed on',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "needs" VALUES(5,5,'7aabc5a6d15816d61f01d947da92f4f4','求助！白鹭市第二人民医院急诊科急需防护服200套、成人尿不湿10包，联系李护士13800138001，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.61,'request','firsthand',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "needs" VALUES(6,6,'64cad056bb663ad324405a64c9408091','求助！云溪区第三人民医院呼吸内科急需护目镜、方便粥30箱、N95口罩500个，现有的快用完了，联系李护士13800138002，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.62,'request','firsthand','{"text": "\u5feb\u7528\u5b8c\u4e86", "start": 42, "end": 46, "level": "high"}','2026-11-30T18:02:30Z',NULL);
INSERT INTO "needs" VALUES(7,7,'996949767a90a4a8ba3f57d297a5239b','求助！望江镇第四人民医院感染科急需护手霜40支、卫生巾60包、防护服200套、成人尿不湿10包，联系李护士13800138003，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.63,'request','passed on',NULL,'2026-11-30T18:02:30Z',NULL);
INSERT INTO "needs" VALUES(8,8,'b4433cab1275e9f396229eb398bcc842','求助！青禾县第五人民医院儿科急需秋衣秋裤40套，联系李护士13800138004，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.64,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(9,9,'ed41de2738c38fb26800a4641dea91ec','求助！白鹭市第六人民医院发热门诊急需面膜若干、医用酒精20桶，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.65,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(10,10,'db00e1974410b4dc9f16c822b9a1baa3','求助！云溪区第一人民医院支援医疗队急需成人尿不湿10包、橡皮筋、秋衣秋裤40套，现有的只够一天，联系李护士13800138006，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',6.59999999999999920063e-01,'request','firsthand','{"text": "\u53ea\u591f\u4e00\u5929", "start": 43, "end": 47, "level": "critical"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(11,11,'5b4cf6edaab6b255e78215fdc67eb072','求助！望江镇第二人民医院手术室急需方便粥30箱、N95口罩500个、面膜若干、医用酒精20桶，联系李护士13800138007，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',6.69999999999999928945e-01,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(12,12,'b491e448da5cddb2870c300002d9a76f','求助！青禾县第三人民医院ICU急需卫生巾60包，现有的快用完了，联系李护士13800138008，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',6.79999999999999937827e-01,'request','firsthand','{"text": "\u5feb\u7528\u5b8c\u4e86", "start": 27, "end": 31, "level": "high"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(13,13,'8192a8774db5a1c9f2b1efe4fd0495ff','求助！白鹭市第四人民医院急诊科急需电热毯12条、护目镜，联系李护士13800138009，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.69,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(14,14,'0b0eca0b7b7697f25495a821f3d882e2','求助！云溪区第五人民医院呼吸内科急需医用酒精20桶、护手霜40支、卫生巾60包，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.7,'request','passed on',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(15,15,'245ad3b1e8e2525b91b646010ea2ee65','求助！望江镇第六人民医院感染科急需橡皮筋、秋衣秋裤40套、电热毯12条、护目镜，联系李护士13800138011，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.71,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(16,16,'a05fea03e0e98d690bde320d34b36c3b','求助！青禾县第一人民医院儿科急需N95口罩500个，现有的只够一天，联系李护士13800138012，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.72,'request','firsthand','{"text": "\u53ea\u591f\u4e00\u5929", "start": 29, "end": 33, "level": "critical"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(17,17,'b786af157ce6a16db91a2f1f65d160a5','求助！白鹭市第二人民医院发热门诊急需防护服200套、成人尿不湿10包，联系李护士13800138013，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.73,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(18,18,'77a60bee22d82788025a0bb6ac4e55f7','求助！云溪区第三人民医院支援医疗队急需护目镜、方便粥30箱、N95口罩500个，现有的快用完了，联系李护士13800138014，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.74,'request','firsthand','{"text": "\u5feb\u7528\u5b8c\u4e86", "start": 43, "end": 47, "level": "high"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(19,19,'97b3c78402c3910fbbe743b5913bb143','求助！望江镇第四人民医院手术室急需护手霜40支、卫生巾60包、防护服200套、成人尿不湿10包，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.75,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(20,20,'b1f9c6d5a848e847532b5bcda8fa8531','求助！青禾县第一人民医院儿科急需N95口罩500个，现有的只够一天，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.6,'request','firsthand','{"text": "\u53ea\u591f\u4e00\u5929", "start": 29, "end": 33, "level": "critical"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(21,21,'9b3067d1a8edd76a9a7d80a4ebd280cc','求助！白鹭市第二人民医院发热门诊急需防护服200套、成人尿不湿10包，联系李护士13800138061，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.61,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(22,22,'6f335d4742a55caf5de763f7f00645e1','求助！云溪区第三人民医院支援医疗队急需护目镜、方便粥30箱、N95口罩500个，现有的快用完了，联系李护士13800138062，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.62,'request','firsthand','{"text": "\u5feb\u7528\u5b8c\u4e86", "start": 43, "end": 47, "level": "high"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(23,23,'38066969e7e201ac975c5d8512ec94fa','求助！望江镇第四人民医院手术室急需护手霜40支、卫生巾60包、防护服200套、成人尿不湿10包，联系李护士13800138063，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.63,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(24,24,'d6ff71b0d4c94b966b6a64bf09b610ba','求助！青禾县第五人民医院ICU急需秋衣秋裤40套，联系李护士13800138064，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.64,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(25,25,'2a665b5c5608ed10319df220a69386dd','求助！白鹭市第六人民医院急诊科急需面膜若干、医用酒精20桶，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.65,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(26,26,'014d0b8b212b6b3c8bc0c3f8e6340b89','求助！云溪区第五人民医院支援医疗队急需医用酒精20桶、护手霜40支、卫生巾60包，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.7,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(27,27,'f2e2347c941423a48e6aa6d35e98677f','求助！望江镇第六人民医院手术室急需橡皮筋、秋衣秋裤40套、电热毯12条、护目镜，联系李护士13800138071，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.71,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(28,28,'6cfd3d4ecb1ac4516d91dea39c1f2d89','求助！青禾县第一人民医院ICU急需N95口罩500个，现有的只够一天，联系李护士13800138072，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.72,'request','firsthand','{"text": "\u53ea\u591f\u4e00\u5929", "start": 30, "end": 34, "level": "critical"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(29,29,'3670e03ea65cb955119acc59251ca950','求助！白鹭市第二人民医院急诊科急需防护服200套、成人尿不湿10包，联系李护士13800138073，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.73,'request','passed on',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(30,30,'447f9d045f8148bc2c654d4503e8f464','求助！云溪区第三人民医院呼吸内科急需护目镜、方便粥30箱、N95口罩500个，现有的快用完了，联系李护士13800138074，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.74,'request','firsthand','{"text": "\u5feb\u7528\u5b8c\u4e86", "start": 42, "end": 46, "level": "high"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(31,31,'aaa3180422463c8c0e7b746391f50b56','求助！望江镇第四人民医院感染科急需护手霜40支、卫生巾60包、防护服200套、成人尿不湿10包，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.75,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(32,32,'1fffc70af46197a4c37da75af46baeda','求助！青禾县第五人民医院儿科急需秋衣秋裤40套，联系李护士13800138076，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.76,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(33,33,'b816d9f73be909ce4fd8b8608e7c275f','求助！白鹭市第六人民医院发热门诊急需面膜若干、医用酒精20桶，联系李护士13800138077，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.77,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(34,34,'3c841f46405ce43617c61217b7e7c82b','求助！云溪区第一人民医院支援医疗队急需成人尿不湿10包、橡皮筋、秋衣秋裤40套，现有的只够一天，联系李护士13800138078，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.78,'request','firsthand','{"text": "\u53ea\u591f\u4e00\u5929", "start": 43, "end": 47, "level": "critical"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(35,35,'6530d57076dddde00ab7b72d473bbd1e','求助！望江镇第二人民医院手术室急需方便粥30箱、N95口罩500个、面膜若干、医用酒精20桶，联系李护士13800138079，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.79,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(36,36,'e9ea0fc7bae08f43b21b12d94dfb236f','求助！青禾县第三人民医院ICU急需卫生巾60包，现有的快用完了，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',0.8,'request','passed on','{"text": "\u5feb\u7528\u5b8c\u4e86", "start": 27, "end": 31, "level": "high"}','2026-11-30T18:02:31Z',NULL);
INSERT INTO "needs" VALUES(37,37,'6378d656e6b0e37f4b34d02bd0e47a7a','求助！白鹭市第四人民医院急诊科急需电热毯12条、护目镜，联系李护士13800138081，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#',8.09999999999999942268e-01,'request','firsthand',NULL,'2026-11-30T18:02:31Z',NULL);
CREATE TABLE places (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id), text TEXT NOT NULL,
  province TEXT, city TEXT, county TEXT, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL
, code TEXT);
INSERT INTO "places" VALUES(1,1,'晴川市','湖北','晴川',NULL,12,15,NULL);
INSERT INTO "places" VALUES(2,5,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
INSERT INTO "places" VALUES(3,6,'云溪区','湖南','云溪',NULL,3,6,NULL);
INSERT INTO "places" VALUES(4,7,'望江镇',NULL,NULL,NULL,3,6,NULL);
INSERT INTO "places" VALUES(5,8,'青禾县','湖北','晴川',NULL,3,6,NULL);
INSERT INTO "places" VALUES(6,9,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
INSERT INTO "places" VALUES(7,10,'云溪区','湖南','云溪',NULL,3,6,NULL);
INSERT INTO "places" VALUES(8,11,'望江镇',NULL,NULL,NULL,3,6,NULL);
INSERT INTO "places" VALUES(9,12,'青禾县','湖北','晴川',NULL,3,6,NULL);
INSERT INTO "places" VALUES(10,13,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
INSERT INTO "places" VALUES(11,14,'云溪区','湖南','云溪',NULL,3,6,NULL);
INSERT INTO "places" VALUES(12,15,'望江镇',NULL,NULL,NULL,3,6,NULL);
INSERT INTO "places" VALUES(13,16,'青禾县','湖北','晴川',NULL,3,6,NULL);
INSERT INTO "places" VALUES(14,17,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
INSERT INTO "places" VALUES(15,18,'云溪区','湖南','云溪',NULL,3,6,NULL);
INSERT INTO "places" VALUES(16,19,'望江镇',NULL,NULL,NULL,3,6,NULL);
INSERT INTO "places" VALUES(17,20,'青禾县','湖北','晴川',NULL,3,6,NULL);
INSERT INTO "places" VALUES(18,21,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
INSERT INTO "places" VALUES(19,22,'云溪区','湖南','云溪',NULL,3,6,NULL);
INSERT INTO "places" VALUES(20,23,'望江镇',NULL,NULL,NULL,3,6,NULL);
INSERT INTO "places" VALUES(21,24,'青禾县','湖北','晴川',NULL,3,6,NULL);
INSERT INTO "places" VALUES(22,25,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
INSERT INTO "places" VALUES(23,26,'云溪区','湖南','云溪',NULL,3,6,NULL);
INSERT INTO "places" VALUES(24,27,'望江镇',NULL,NULL,NULL,3,6,NULL);
INSERT INTO "places" VALUES(25,28,'青禾县','湖北','晴川',NULL,3,6,NULL);
INSERT INTO "places" VALUES(26,29,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
INSERT INTO "places" VALUES(27,30,'云溪区','湖南','云溪',NULL,3,6,NULL);
INSERT INTO "places" VALUES(28,31,'望江镇',NULL,NULL,NULL,3,6,NULL);
INSERT INTO "places" VALUES(29,32,'青禾县','湖北','晴川',NULL,3,6,NULL);
INSERT INTO "places" VALUES(30,33,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
INSERT INTO "places" VALUES(31,34,'云溪区','湖南','云溪',NULL,3,6,NULL);
INSERT INTO "places" VALUES(32,35,'望江镇',NULL,NULL,NULL,3,6,NULL);
INSERT INTO "places" VALUES(33,36,'青禾县','湖北','晴川',NULL,3,6,NULL);
INSERT INTO "places" VALUES(34,37,'白鹭市','湖北','白鹭',NULL,3,6,NULL);
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
  first_seen_at TEXT NOT NULL, edited_at TEXT, run_id INTEGER REFERENCES runs (id), pictures TEXT, walk TEXT, gone_at TEXT,
  UNIQUE (source, source_id)
);
INSERT INTO "posts" VALUES(1,'day','p0','我是支援医疗队的护士，在晴川市紫荆医院，急需护手霜40支、秋衣秋裤40套、面膜若干，手都裂了，库存只够一天。李护士 138 0013 8000，科室座机 027-85720000，微信 ziheng_8000。求助！','b2c99747af50d20e23233c6e6891be62',NULL,NULL,'https://example.org/post/0','护士小禾',NULL,'2027-03-10T01:00:00Z','2026-11-30T18:02:30Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(2,'day','p1','转发0：晴川市紫荆医院急需护手霜60支、成人尿不湿20包，联系 138 0013 8000','9a97e6e295a6b6a9ee1921e944ff6cde',NULL,NULL,'https://example.org/post/1','热心的邻居',NULL,'2027-03-10T02:00:00Z','2026-11-30T18:02:30Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(3,'day','p2','转发1：晴川市紫荆医院急需护手霜60支、成人尿不湿20包，联系 138 0013 8000','ca901241d060b186b9c5e996ec1bf654',NULL,NULL,'https://example.org/post/2','热心的邻居',NULL,'2027-03-10T02:30:00Z','2026-11-30T18:02:30Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(4,'day','p3','转发2：晴川市紫荆医院急需护手霜60支、成人尿不湿20包，联系 138 0013 8000','6b5a12279a2cd57168fb5b10e278fdbb',NULL,NULL,'https://example.org/post/3','热心的邻居',NULL,'2027-03-10T03:00:00Z','2026-11-30T18:02:30Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(5,'day','p4','求助！白鹭市第二人民医院急诊科急需防护服200套、成人尿不湿10包，联系李护士13800138001，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','7aabc5a6d15816d61f01d947da92f4f4',NULL,NULL,'https://example.org/post/4','护士小禾',NULL,'2027-03-10T01:18:00Z','2026-11-30T18:02:30Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(6,'day','p5','求助！云溪区第三人民医院呼吸内科急需护目镜、方便粥30箱、N95口罩500个，现有的快用完了，联系李护士13800138002，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','64cad056bb663ad324405a64c9408091',NULL,NULL,'https://example.org/post/5','护士小禾',NULL,'2027-03-09T23:36:00Z','2026-11-30T18:02:30Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(7,'day','p6','求助！望江镇第四人民医院感染科急需护手霜40支、卫生巾60包、防护服200套、成人尿不湿10包，联系李护士13800138003，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','996949767a90a4a8ba3f57d297a5239b',NULL,NULL,'https://example.org/post/6','护士小禾',NULL,'2027-03-09T21:54:00Z','2026-11-30T18:02:30Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(8,'day','p7','求助！青禾县第五人民医院儿科急需秋衣秋裤40套，联系李护士13800138004，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','b4433cab1275e9f396229eb398bcc842',NULL,NULL,'https://example.org/post/7','护士小禾',NULL,'2027-03-09T20:12:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(9,'day','p8','求助！白鹭市第六人民医院发热门诊急需面膜若干、医用酒精20桶，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','ed41de2738c38fb26800a4641dea91ec',NULL,NULL,'https://example.org/post/8','护士小禾',NULL,'2027-03-09T18:30:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(10,'day','p9','求助！云溪区第一人民医院支援医疗队急需成人尿不湿10包、橡皮筋、秋衣秋裤40套，现有的只够一天，联系李护士13800138006，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','db00e1974410b4dc9f16c822b9a1baa3',NULL,NULL,'https://example.org/post/9','护士小禾',NULL,'2027-03-09T16:48:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(11,'day','p10','求助！望江镇第二人民医院手术室急需方便粥30箱、N95口罩500个、面膜若干、医用酒精20桶，联系李护士13800138007，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','5b4cf6edaab6b255e78215fdc67eb072',NULL,NULL,'https://example.org/post/10','护士小禾',NULL,'2027-03-09T15:06:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(12,'day','p11','求助！青禾县第三人民医院ICU急需卫生巾60包，现有的快用完了，联系李护士13800138008，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','b491e448da5cddb2870c300002d9a76f',NULL,NULL,'https://example.org/post/11','护士小禾',NULL,'2027-03-09T13:24:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(13,'day','p12','求助！白鹭市第四人民医院急诊科急需电热毯12条、护目镜，联系李护士13800138009，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','8192a8774db5a1c9f2b1efe4fd0495ff',NULL,NULL,'https://example.org/post/12','护士小禾',NULL,'2027-03-09T11:42:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(14,'day','p13','求助！云溪区第五人民医院呼吸内科急需医用酒精20桶、护手霜40支、卫生巾60包，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','0b0eca0b7b7697f25495a821f3d882e2',NULL,NULL,'https://example.org/post/13','护士小禾',NULL,'2027-03-09T10:00:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(15,'day','p14','求助！望江镇第六人民医院感染科急需橡皮筋、秋衣秋裤40套、电热毯12条、护目镜，联系李护士13800138011，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','245ad3b1e8e2525b91b646010ea2ee65',NULL,NULL,'https://example.org/post/14','护士小禾',NULL,'2027-03-09T08:18:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(16,'day','p15','求助！青禾县第一人民医院儿科急需N95口罩500个，现有的只够一天，联系李护士13800138012，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','a05fea03e0e98d690bde320d34b36c3b',NULL,NULL,'https://example.org/post/15','护士小禾',NULL,'2027-03-09T06:36:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(17,'day','p16','求助！白鹭市第二人民医院发热门诊急需防护服200套、成人尿不湿10包，联系李护士13800138013，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','b786af157ce6a16db91a2f1f65d160a5',NULL,NULL,'https://example.org/post/16','护士小禾',NULL,'2027-03-09T04:54:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(18,'day','p17','求助！云溪区第三人民医院支援医疗队急需护目镜、方便粥30箱、N95口罩500个，现有的快用完了，联系李护士13800138014，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','77a60bee22d82788025a0bb6ac4e55f7',NULL,NULL,'https://example.org/post/17','护士小禾',NULL,'2027-03-09T03:12:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(19,'day','p18','求助！望江镇第四人民医院手术室急需护手霜40支、卫生巾60包、防护服200套、成人尿不湿10包，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','97b3c78402c3910fbbe743b5913bb143',NULL,NULL,'https://example.org/post/18','护士小禾',NULL,'2027-03-09T01:30:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(20,'day','p19','求助！青禾县第一人民医院儿科急需N95口罩500个，现有的只够一天，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','b1f9c6d5a848e847532b5bcda8fa8531',NULL,NULL,'https://example.org/post/19','护士小禾',NULL,'2027-03-05T21:00:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(21,'day','p20','求助！白鹭市第二人民医院发热门诊急需防护服200套、成人尿不湿10包，联系李护士13800138061，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','9b3067d1a8edd76a9a7d80a4ebd280cc',NULL,NULL,'https://example.org/post/20','护士小禾',NULL,'2027-03-05T19:18:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(22,'day','p21','求助！云溪区第三人民医院支援医疗队急需护目镜、方便粥30箱、N95口罩500个，现有的快用完了，联系李护士13800138062，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','6f335d4742a55caf5de763f7f00645e1',NULL,NULL,'https://example.org/post/21','护士小禾',NULL,'2027-03-05T17:36:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(23,'day','p22','求助！望江镇第四人民医院手术室急需护手霜40支、卫生巾60包、防护服200套、成人尿不湿10包，联系李护士13800138063，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','38066969e7e201ac975c5d8512ec94fa',NULL,NULL,'https://example.org/post/22','护士小禾',NULL,'2027-03-05T15:54:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(24,'day','p23','求助！青禾县第五人民医院ICU急需秋衣秋裤40套，联系李护士13800138064，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','d6ff71b0d4c94b966b6a64bf09b610ba',NULL,NULL,'https://example.org/post/23','护士小禾',NULL,'2027-03-05T14:12:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(25,'day','p24','求助！白鹭市第六人民医院急诊科急需面膜若干、医用酒精20桶，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','2a665b5c5608ed10319df220a69386dd',NULL,NULL,'https://example.org/post/24','护士小禾',NULL,'2027-03-05T12:30:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(26,'day','p25','求助！云溪区第五人民医院支援医疗队急需医用酒精20桶、护手霜40支、卫生巾60包，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','014d0b8b212b6b3c8bc0c3f8e6340b89',NULL,NULL,'https://example.org/post/25','护士小禾',NULL,'2027-03-05T04:00:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(27,'day','p26','求助！望江镇第六人民医院手术室急需橡皮筋、秋衣秋裤40套、电热毯12条、护目镜，联系李护士13800138071，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','f2e2347c941423a48e6aa6d35e98677f',NULL,NULL,'https://example.org/post/26','护士小禾',NULL,'2027-03-05T02:18:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(28,'day','p27','求助！青禾县第一人民医院ICU急需N95口罩500个，现有的只够一天，联系李护士13800138072，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','6cfd3d4ecb1ac4516d91dea39c1f2d89',NULL,NULL,'https://example.org/post/27','护士小禾',NULL,'2027-03-05T00:36:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(29,'day','p28','求助！白鹭市第二人民医院急诊科急需防护服200套、成人尿不湿10包，联系李护士13800138073，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','3670e03ea65cb955119acc59251ca950',NULL,NULL,'https://example.org/post/28','护士小禾',NULL,'2027-03-04T22:54:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(30,'day','p29','求助！云溪区第三人民医院呼吸内科急需护目镜、方便粥30箱、N95口罩500个，现有的快用完了，联系李护士13800138074，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','447f9d045f8148bc2c654d4503e8f464',NULL,NULL,'https://example.org/post/29','护士小禾',NULL,'2027-03-04T21:12:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(31,'day','p30','求助！望江镇第四人民医院感染科急需护手霜40支、卫生巾60包、防护服200套、成人尿不湿10包，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','aaa3180422463c8c0e7b746391f50b56',NULL,NULL,'https://example.org/post/30','护士小禾',NULL,'2027-03-04T19:30:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(32,'day','p31','求助！青禾县第五人民医院儿科急需秋衣秋裤40套，联系李护士13800138076，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','1fffc70af46197a4c37da75af46baeda',NULL,NULL,'https://example.org/post/31','护士小禾',NULL,'2027-03-04T17:48:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(33,'day','p32','求助！白鹭市第六人民医院发热门诊急需面膜若干、医用酒精20桶，联系李护士13800138077，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','b816d9f73be909ce4fd8b8608e7c275f',NULL,NULL,'https://example.org/post/32','护士小禾',NULL,'2027-03-04T16:06:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(34,'day','p33','求助！云溪区第一人民医院支援医疗队急需成人尿不湿10包、橡皮筋、秋衣秋裤40套，现有的只够一天，联系李护士13800138078，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','3c841f46405ce43617c61217b7e7c82b',NULL,NULL,'https://example.org/post/33','护士小禾',NULL,'2027-03-04T14:24:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(35,'day','p34','求助！望江镇第二人民医院手术室急需方便粥30箱、N95口罩500个、面膜若干、医用酒精20桶，联系李护士13800138079，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','6530d57076dddde00ab7b72d473bbd1e',NULL,NULL,'https://example.org/post/34','护士小禾',NULL,'2027-03-04T12:42:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(36,'day','p35','求助！青禾县第三人民医院ICU急需卫生巾60包，现有的快用完了，可以私信我，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','e9ea0fc7bae08f43b21b12d94dfb236f',NULL,NULL,'https://example.org/post/35','护士小禾',NULL,'2027-03-04T11:00:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "posts" VALUES(37,'day','p36','求助！白鹭市第四人民医院急诊科急需电热毯12条、护目镜，联系李护士13800138081，谢谢大家。正规渠道都在排队，先发一点也好。#想办法#','6378d656e6b0e37f4b34d02bd0e47a7a',NULL,NULL,'https://example.org/post/36','护士小禾',NULL,'2027-03-04T09:18:00Z','2026-11-30T18:02:31Z',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE readings (
  post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL, reader TEXT NOT NULL,
  flagged INTEGER NOT NULL, score REAL NOT NULL, label TEXT NOT NULL, error TEXT,
  read_at TEXT NOT NULL,
  PRIMARY KEY (post_id, digest, reader)
) WITHOUT ROWID
;
INSERT INTO "readings" VALUES(1,'b2c99747af50d20e23233c6e6891be62','test',1,0.97,'request',NULL,'2026-11-30T18:02:30Z');
INSERT INTO "readings" VALUES(2,'9a97e6e295a6b6a9ee1921e944ff6cde','test',1,0.8,'request',NULL,'2026-11-30T18:02:30Z');
INSERT INTO "readings" VALUES(3,'ca901241d060b186b9c5e996ec1bf654','test',1,0.79,'request',NULL,'2026-11-30T18:02:30Z');
INSERT INTO "readings" VALUES(4,'6b5a12279a2cd57168fb5b10e278fdbb','test',1,0.78,'request',NULL,'2026-11-30T18:02:30Z');
INSERT INTO "readings" VALUES(5,'7aabc5a6d15816d61f01d947da92f4f4','test',1,0.61,'request',NULL,'2026-11-30T18:02:30Z');
INSERT INTO "readings" VALUES(6,'64cad056bb663ad324405a64c9408091','test',1,0.62,'request',NULL,'2026-11-30T18:02:30Z');
INSERT INTO "readings" VALUES(7,'996949767a90a4a8ba3f57d297a5239b','test',1,0.63,'request',NULL,'2026-11-30T18:02:30Z');
INSERT INTO "readings" VALUES(8,'b4433cab1275e9f396229eb398bcc842','test',1,0.64,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(9,'ed41de2738c38fb26800a4641dea91ec','test',1,0.65,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(10,'db00e1974410b4dc9f16c822b9a1baa3','test',1,6.59999999999999920063e-01,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(11,'5b4cf6edaab6b255e78215fdc67eb072','test',1,6.69999999999999928945e-01,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(12,'b491e448da5cddb2870c300002d9a76f','test',1,6.79999999999999937827e-01,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(13,'8192a8774db5a1c9f2b1efe4fd0495ff','test',1,0.69,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(14,'0b0eca0b7b7697f25495a821f3d882e2','test',1,0.7,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(15,'245ad3b1e8e2525b91b646010ea2ee65','test',1,0.71,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(16,'a05fea03e0e98d690bde320d34b36c3b','test',1,0.72,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(17,'b786af157ce6a16db91a2f1f65d160a5','test',1,0.73,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(18,'77a60bee22d82788025a0bb6ac4e55f7','test',1,0.74,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(19,'97b3c78402c3910fbbe743b5913bb143','test',1,0.75,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(20,'b1f9c6d5a848e847532b5bcda8fa8531','test',1,0.6,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(21,'9b3067d1a8edd76a9a7d80a4ebd280cc','test',1,0.61,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(22,'6f335d4742a55caf5de763f7f00645e1','test',1,0.62,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(23,'38066969e7e201ac975c5d8512ec94fa','test',1,0.63,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(24,'d6ff71b0d4c94b966b6a64bf09b610ba','test',1,0.64,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(25,'2a665b5c5608ed10319df220a69386dd','test',1,0.65,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(26,'014d0b8b212b6b3c8bc0c3f8e6340b89','test',1,0.7,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(27,'f2e2347c941423a48e6aa6d35e98677f','test',1,0.71,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(28,'6cfd3d4ecb1ac4516d91dea39c1f2d89','test',1,0.72,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(29,'3670e03ea65cb955119acc59251ca950','test',1,0.73,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(30,'447f9d045f8148bc2c654d4503e8f464','test',1,0.74,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(31,'aaa3180422463c8c0e7b746391f50b56','test',1,0.75,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(32,'1fffc70af46197a4c37da75af46baeda','test',1,0.76,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(33,'b816d9f73be909ce4fd8b8608e7c275f','test',1,0.77,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(34,'3c841f46405ce43617c61217b7e7c82b','test',1,0.78,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(35,'6530d57076dddde00ab7b72d473bbd1e','test',1,0.79,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(36,'e9ea0fc7bae08f43b21b12d94dfb236f','test',1,0.8,'request',NULL,'2026-11-30T18:02:31Z');
INSERT INTO "readings" VALUES(37,'6378d656e6b0e37f4b34d02bd0e47a7a','test',1,8.09999999999999942268e-01,'request',NULL,'2026-11-30T18:02:31Z');
CREATE TABLE reopenings (
  callback_id TEXT PRIMARY KEY REFERENCES callbacks (id), actor TEXT NOT NULL,
  reason TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE requests (
  day TEXT NOT NULL, host TEXT NOT NULL, asked INTEGER NOT NULL, PRIMARY KEY (day, host)
) WITHOUT ROWID
;
CREATE TABLE run_languages (
  run_id INTEGER NOT NULL REFERENCES runs (id), language TEXT NOT NULL, posts INTEGER NOT NULL,
  PRIMARY KEY (run_id, language)
) WITHOUT ROWID
;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, stage TEXT NOT NULL, source TEXT,
  started_at TEXT NOT NULL, ended_at TEXT,
  pages INTEGER NOT NULL DEFAULT 0, posts_new INTEGER NOT NULL DEFAULT 0,
  posts_known INTEGER NOT NULL DEFAULT 0, posts_set_aside INTEGER NOT NULL DEFAULT 0,
  newest_post_at TEXT, outcome TEXT, message TEXT, process_id INTEGER
);
INSERT INTO "runs" VALUES(1,'crawl','day','2026-11-30T18:02:30Z','2026-11-30T18:02:30Z',3,16,12,0,NULL,'ok',NULL,31452);
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
CREATE TABLE substitutes (
  id INTEGER PRIMARY KEY, supply_line_id INTEGER NOT NULL REFERENCES supply_lines (id),
  name TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, asked_at TEXT NOT NULL,
  accepted INTEGER, answered_by TEXT, answered_at TEXT
);
CREATE TABLE suggestions (
  id INTEGER PRIMARY KEY, need_id INTEGER NOT NULL REFERENCES needs (id),
  matched_need_id INTEGER NOT NULL REFERENCES needs (id),
  reason TEXT NOT NULL, against TEXT NOT NULL, made_at TEXT NOT NULL,
  decision TEXT, actor TEXT, decided_at TEXT,
  UNIQUE (need_id, matched_need_id)
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
CREATE TABLE update_cursor (join_id INTEGER NOT NULL);
INSERT INTO "update_cursor" VALUES(0);
CREATE TABLE update_signs (
  kind TEXT NOT NULL, "key" TEXT NOT NULL, update_id INTEGER NOT NULL REFERENCES updates (id),
  PRIMARY KEY (kind, "key", update_id)
) WITHOUT ROWID;
CREATE TABLE updates (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), digest TEXT NOT NULL,
  words TEXT NOT NULL, said_at TEXT NOT NULL, found_at TEXT NOT NULL,
  looked_at TEXT, UNIQUE (post_id, digest)
);
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
CREATE INDEX cases_open ON cases (id) WHERE closed = 0;
CREATE INDEX case_facilities_case ON case_facilities (case_id);
CREATE INDEX supply_steps_item ON supply_steps (callback_item_id) WHERE callback_item_id IS NOT NULL
;
CREATE INDEX suggestions_matched ON suggestions (matched_need_id);
CREATE INDEX cases_merged_into ON cases (merged_into) WHERE merged_into IS NOT NULL
;
CREATE INDEX updates_waiting ON updates (id) WHERE looked_at IS NULL;
CREATE INDEX update_signs_update ON update_signs (update_id);
CREATE INDEX need_signs_need ON need_signs (need_id);
CREATE INDEX need_updates_need ON need_updates (need_id);
CREATE INDEX supply_lines_case ON supply_lines (case_id);
CREATE INDEX callbacks_next_need ON callbacks (next_need_at) WHERE next_need_at IS NOT NULL;
CREATE UNIQUE INDEX assignments_hand ON assignments (hand_id) WHERE hand_id IS NOT NULL;
CREATE INDEX substitutes_line ON substitutes (supply_line_id);
CREATE INDEX back_orders_line ON back_orders (supply_line_id)
;
COMMIT;
