-- A store as the first version of the program wrote it: every kind of deed that it knew, with invented contents.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    order_id INTEGER,
    job INTEGER,
    serial TEXT,
    machine TEXT,
    detail TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL
);
INSERT INTO event VALUES(1,1795000000000,'line@1','stock_received',NULL,NULL,NULL,NULL,'D1: 8','{"deed":"stock_received","delivery":"D1","blanks":[{"serial":"P0001","chip":"63686970205030303031","key":3,"batch":"B7","format":"passport-32","kind":"production"},{"serial":"P0002","chip":"63686970205030303032","key":3,"batch":"B7","format":"passport-32","kind":"production"},{"serial":"P0003","chip":"63686970205030303033","key":3,"batch":"B7","format":"passport-32","kind":"production"},{"serial":"P0004","chip":"63686970205030303034","key":3,"batch":"B7","format":"passport-32","kind":"production"},{"serial":"P0005","chip":"63686970205030303035","key":3,"batch":"B7","format":"passport-32","kind":"production"},{"serial":"P0006","chip":"63686970205030303036","key":3,"batch":"B7","format":"passport-32","kind":"production"},{"serial":"P0007","chip":"63686970205030303037","key":3,"batch":"B7","format":"passport-32","kind":"production"},{"serial":"P0008","chip":"63686970205030303038","key":3,"batch":"B7","format":"passport-32","kind":"production"}]}',X'0be55d5f6007606256a1a58d9b4c21506f584eab4441b78a42a298fdbfdbd643');
INSERT INTO event VALUES(2,1795000000000,'line@1','stock_loaded',NULL,NULL,NULL,'north','8: P0001-P0008','{"deed":"stock_loaded","machine":"north","serials":["P0001","P0002","P0003","P0004","P0005","P0006","P0007","P0008"]}',X'6028a89deea8809b069afa1ffc34071ec24342266d623a7ee23e556b46b0806c');
INSERT INTO event VALUES(3,1795000000000,'line@1','stock_received',NULL,NULL,NULL,NULL,'D2: 2','{"deed":"stock_received","delivery":"D2","blanks":[{"serial":"Q1","chip":"63686970205131","key":3,"batch":"B7","format":"passport-32","kind":"production"},{"serial":"Q2","chip":"63686970205132","key":3,"batch":"B7","format":"passport-32","kind":"production"}]}',X'31fb37741b01f67b812d257864803249c52cda0e1b17b31ae8d2ec8de06b8fb5');
INSERT INTO event VALUES(4,1795000000000,'line@1','stock_loaded',NULL,NULL,NULL,'south','1: Q1-Q1','{"deed":"stock_loaded","machine":"south","serials":["Q1"]}',X'63274db86444700e3b452f1d7dbd4d67b7aa7a8643be86d34fb33dd6e55d224e');
INSERT INTO event VALUES(5,1795000000000,'line@1','stock_unloaded',NULL,NULL,NULL,'south','1: Q1-Q1','{"deed":"stock_unloaded","machine":"south","serials":["Q1"]}',X'85bc39ded1c7be6efa53d21ff6656234748a81121673b542d4d654825898bba8');
INSERT INTO event VALUES(6,1795000000000,'line@1','order_accepted',1,NULL,NULL,NULL,'','{"deed":"order_accepted","application":"A-00001","digest":"0000000100000000000000000000000000000000000000000000000000000000","person":"0000000100000000000000000000000000000000000000000000000000000000","channel":"web","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'1a898e1de744279feb31385b7008bf7b5cfb58a79630d05054b3cdadf018fb01');
INSERT INTO event VALUES(7,1795000000000,'line@1','order_accepted',2,NULL,NULL,NULL,'','{"deed":"order_accepted","application":"A-00002","digest":"0000000200000000000000000000000000000000000000000000000000000000","person":"0000000200000000000000000000000000000000000000000000000000000000","channel":"mobile","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'fa1142edbb705866756bc5be8331d5a76a601a9ca72d98b22b6c788114300a2a');
INSERT INTO event VALUES(8,1795000000000,'line@1','order_accepted',3,NULL,NULL,NULL,'','{"deed":"order_accepted","application":"A-00003","digest":"0000000300000000000000000000000000000000000000000000000000000000","person":"0000000300000000000000000000000000000000000000000000000000000000","channel":"counter","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'ef3bb7e8adfe7ea04a1a916f8a41619f3320fb0b6333aac3541802519ddd5fde');
INSERT INTO event VALUES(9,1795000000000,'line@1','order_accepted',4,NULL,NULL,NULL,'','{"deed":"order_accepted","application":"A-00004","digest":"0000000400000000000000000000000000000000000000000000000000000000","person":"0000000400000000000000000000000000000000000000000000000000000000","channel":"post","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'ab6d7548d58d0fdbb92e7efb029d4863d89cbd409e1a7bb003c14ea8f17167ea');
INSERT INTO event VALUES(10,1795000000000,'line@1','order_accepted',5,NULL,NULL,NULL,'','{"deed":"order_accepted","application":"A-00005","digest":"0000000500000000000000000000000000000000000000000000000000000000","person":"0000000500000000000000000000000000000000000000000000000000000000","channel":"mission_abroad","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'430c736db8714f92dfe0cb2e3220f9202e6f7749ca40334ca9415d300501d5ac');
INSERT INTO event VALUES(11,1795000000000,'line@1','order_accepted',6,NULL,NULL,NULL,'','{"deed":"order_accepted","application":"A-00006","digest":"0000000600000000000000000000000000000000000000000000000000000000","person":"0000000600000000000000000000000000000000000000000000000000000000","channel":"kiosk","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'ca3ab9937474e7d7222a8bf0d1037d95bd42730237335be8e44330a66a5c1755');
INSERT INTO event VALUES(12,1795000000000,'line@1','order_accepted',7,NULL,NULL,NULL,'','{"deed":"order_accepted","application":"A-00007","digest":"0000000700000000000000000000000000000000000000000000000000000000","person":"0000000700000000000000000000000000000000000000000000000000000000","channel":"web","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'0624c9946b16a0f54d1e4fdda8d476ccb048ae078c877e05b5a5dad67036bfb9');
INSERT INTO event VALUES(13,1795000000000,'line@1','order_accepted',8,NULL,NULL,NULL,'','{"deed":"order_accepted","application":"A-00008","digest":"0000000800000000000000000000000000000000000000000000000000000000","person":"0000000800000000000000000000000000000000000000000000000000000000","channel":"mobile","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'd8fa5214c12c11dcfec0c478f8772d65995c72ccd50ebdf2f40fb2ef0c78eb16');
INSERT INTO event VALUES(14,1795000000000,'line@1','order_accepted',9,NULL,NULL,NULL,'same_person','{"deed":"order_accepted","application":"A-00050","digest":"0000003200000000000000000000000000000000000000000000000000000000","person":"0000000100000000000000000000000000000000000000000000000000000000","channel":"mobile","document":"passport-32","priority":"normal","place":"Harbour","place_kind":"kiosk","received":1794000000000,"approved":1794100000000,"due":"2026-11-27"}',X'874a1938c6acd82efa6038a2cfccdbde9c47adff330807e893c01311ff545691');
INSERT INTO event VALUES(15,1795000000000,'line@1','dispatched',1,1,NULL,'north','','{"deed":"dispatched","order":1,"job":1,"machine":"north"}',X'ce12a14a9b8e5ab2252d8285591a99cd75743ceb53ba57c50a7608a5ca151bde');
INSERT INTO event VALUES(16,1795000000000,'line@1','bound',1,1,'P0001','north','','{"deed":"bound","job":1,"serial":"P0001","chip_serial":"63686970205030303031"}',X'3fea068422a3c94a062f2b4e37713a048918fdbbf6e5531092aae5cba9538d1a');
INSERT INTO event VALUES(17,1795000000000,'line@1','ticketed',1,1,'P0001','north','','{"deed":"ticketed","job":1,"issued":"2026-11-21","expires":"2036-11-20","security_object":"0101010101010101010101010101010101010101010101010101010101010101","signer":"DS-1"}',X'548f9774a130e34b1edb5417d362fa83f33cbfee6e978be4866adfa245405aad');
INSERT INTO event VALUES(18,1795000000000,'line@1','locking',1,1,'P0001','north','','{"deed":"locking","job":1}',X'c6eb53c0379737e7ddf7ffca31c62040f9bd737a285c1d81b0efd97290d90dea');
INSERT INTO event VALUES(19,1795000000000,'line@1','marking',1,1,'P0001','north','','{"deed":"marking","job":1}',X'4f1a2c0cb765463ed8eb9cef539c5ee289c533fd6c8609216cc6b9691ce11985');
INSERT INTO event VALUES(20,1795000000000,'line@1','verified',1,1,'P0001','north','','{"deed":"verified","job":1}',X'6d63499509e8f87a3578bb1570681245bcc3a029b57b5949e53fc197e796814c');
INSERT INTO event VALUES(21,1795000000000,'line@1','finished',1,1,'P0001','north','','{"deed":"finished","job":1,"on":"2026-11-21"}',X'6e41dad85f18911c565b356d7afcf28763a3ac8c172f6521cdad05928a431245');
INSERT INTO event VALUES(22,1795000000000,'line@1','dispatched',2,2,NULL,'north','','{"deed":"dispatched","order":2,"job":2,"machine":"north"}',X'942246765b58eaf1e84634712925272003d17235667055e6fcdc1463a130fa22');
INSERT INTO event VALUES(23,1795000000000,'line@1','bound',2,2,'P0002','north','','{"deed":"bound","job":2,"serial":"P0002","chip_serial":"63686970205030303032"}',X'52cf330237915b9fa2fd5b62da2af0a3e64b3da8a96a8057bcf1b5fae7f13134');
INSERT INTO event VALUES(24,1795000000000,'line@1','ticketed',2,2,'P0002','north','','{"deed":"ticketed","job":2,"issued":"2026-11-21","expires":"2036-11-20","security_object":"0202020202020202020202020202020202020202020202020202020202020202","signer":"DS-1"}',X'940f03849b43b79ce71eec5906e61a42abbaf65c8965204b0c4fb2238d181415');
INSERT INTO event VALUES(25,1795000000000,'line@1','spoiled',2,2,'P0002','north','chip_mute','{"deed":"spoiled","job":2,"reason":"chip_mute"}',X'b65ec41208285789bfc1dd5f5adc925a5e985e70c4451b1cc98a19bc9823675f');
INSERT INTO event VALUES(26,1795000000000,'line@1','dispatched',2,3,NULL,'north','','{"deed":"dispatched","order":2,"job":3,"machine":"north"}',X'e95b3a4a4bce0fba62aa5b1323bb26ad0b19f54285a099635642b5a08992e3d4');
INSERT INTO event VALUES(27,1795000000000,'line@1','bound',2,3,'P0003','north','','{"deed":"bound","job":3,"serial":"P0003","chip_serial":"63686970205030303033"}',X'3ff1420c86bbf089a76b2d9c7973da663c57fcff615ce3a7cc22ee2c4551db11');
INSERT INTO event VALUES(28,1795000000000,'line@1','dispatched',3,4,NULL,'north','','{"deed":"dispatched","order":3,"job":4,"machine":"north"}',X'a9945c5c54d10892dbdc2e4d354e25a56a3d505dbb6635198da536d50ffbeae0');
INSERT INTO event VALUES(29,1795000000000,'line@1','bound',3,4,'P0004','north','','{"deed":"bound","job":4,"serial":"P0004","chip_serial":"63686970205030303034"}',X'c3c19796dfa9401a23570eb36f6ceb83b50f0aa25351f5427c7e5dea28bd089f');
INSERT INTO event VALUES(30,1795000000000,'line@1','ticketed',3,4,'P0004','north','','{"deed":"ticketed","job":4,"issued":"2026-11-21","expires":"2036-11-20","security_object":"0404040404040404040404040404040404040404040404040404040404040404","signer":"DS-1"}',X'78e6b417a1855c6cc885ab33987f5f469d7448203336ffda84b73b726137dd9c');
INSERT INTO event VALUES(31,1795000000000,'line@1','doubtful',3,4,'P0004','north','power_lost','{"deed":"doubtful","job":4,"reason":"power_lost"}',X'd1598d6d38cf94ed023d365f823ec4c2255b0409c2d49dba7ba4cfe1cb3cac2c');
INSERT INTO event VALUES(32,1795000000000,'line@1','order_released',3,NULL,NULL,NULL,'','{"deed":"order_released","order":3}',X'1ee4dd971caee0537682d90307eac4a5b76c0f414ddc58765c5ec3b25e775579');
INSERT INTO event VALUES(33,1795000000000,'line@1','dispatched',4,5,NULL,'north','','{"deed":"dispatched","order":4,"job":5,"machine":"north"}',X'55fe08d1b3e13562e51b520dae6907a4e3f6f935e77bbf1eb9e151e1c0e9ba68');
INSERT INTO event VALUES(34,1795000000000,'line@1','order_held',4,NULL,NULL,NULL,'person','{"deed":"order_held","order":4,"reason":"person"}',X'a0847e9878437ffbb6c10f212f5068d9bb81109a7334d2ef91eb8ee3c903256e');
INSERT INTO event VALUES(35,1795000000000,'line@1','withdrawn',4,5,NULL,'north','misfeed','{"deed":"withdrawn","job":5,"reason":"misfeed"}',X'd446c0f84715d3291b72d8bd130031416b0ef6b7f491c660465c2273e9453331');
INSERT INTO event VALUES(36,1795000000000,'line@1','order_cancelled',5,NULL,NULL,NULL,'','{"deed":"order_cancelled","order":5}',X'd3983472cca0697109798b02be3a81ddff1f99c6f64c72a67fbeefae2ae7c38d');
INSERT INTO event VALUES(37,1795000000000,'line@1','priority_changed',6,NULL,NULL,NULL,'urgent','{"deed":"priority_changed","order":6,"priority":"urgent"}',X'e5bbf3e27c13b87fc6efc9b2a173bbe338dd42b59754ce3a3e39ea11236bc3d6');
INSERT INTO event VALUES(38,1795000000000,'line@3','dispatched',7,9,NULL,'north','','{"deed":"dispatched","order":7,"job":9,"machine":"north"}',X'6258edca799bb8e4abe30d036e07a96bd72a4e9dda439504be13dc2184e54ec6');
INSERT INTO event VALUES(39,1795000000000,'line@3','bound',7,9,'P0005','north','','{"deed":"bound","job":9,"serial":"P0005","chip_serial":"63686970205030303035"}',X'ff5024096caf7f5d11c09ca9a068f1774f918c388ad8241756b70e132c81f97b');
INSERT INTO event VALUES(40,1795000000000,'line@3','ticketed',7,9,'P0005','north','','{"deed":"ticketed","job":9,"issued":"2026-11-21","expires":"2036-11-20","security_object":"0909090909090909090909090909090909090909090909090909090909090909","signer":"DS-1"}',X'd57651f2e59da254e1a3b5d35a829f8d1a56cc2b411a99ef6e15ec6a03ef1883');
INSERT INTO event VALUES(41,1795000000000,'line@3','machine_paused',NULL,NULL,NULL,'south','','{"deed":"machine_paused","machine":"south"}',X'94e370bc6279b39247f903e4af07fa6d3c5666607c8bba102afd0d65314fe619');
INSERT INTO event VALUES(42,1795000000000,'line@3','machine_paused',NULL,NULL,NULL,'north','','{"deed":"machine_paused","machine":"north"}',X'493aad9a6d177ab5d58fa99ab9db75af9f99895b6c1728e59c6dd22bf048bb88');
INSERT INTO event VALUES(43,1795000000000,'line@3','machine_resumed',NULL,NULL,NULL,'north','','{"deed":"machine_resumed","machine":"north"}',X'6d7b2d8980a84222d369bd05961f483dd09bd3ffca82562b52dced8d6e1e974e');
INSERT INTO event VALUES(44,1795000000000,'line@3','machine_reported',NULL,NULL,NULL,'north','alarm_set:7','{"deed":"machine_reported","machine":"north","code":"alarm_set:7"}',X'9eb2e6016bc46ed39a989230d74be8969cc3a6ba9eea4c6de172220697f17f22');
INSERT INTO event VALUES(45,1795000000000,'line@3','blank_spoiled',NULL,NULL,'P0006',NULL,'torn','{"deed":"blank_spoiled","serial":"P0006","reason":"torn"}',X'67b407a8cf4c2a5f08a7bdf51b19bd092d3cd84e70dc28ffa149b03b44cfbe92');
INSERT INTO event VALUES(46,1795000000000,'line@3','blank_quarantined',NULL,NULL,'P0007',NULL,'odd','{"deed":"blank_quarantined","serial":"P0007","reason":"odd"}',X'365136b96aee7e6dfb1cd6d9bffe21b5f42a01eb46dd95c946e481972edb5be9');
CREATE TABLE payload (
    order_id INTEGER PRIMARY KEY,
    wrapped_key BLOB NOT NULL,
    ciphertext BLOB NOT NULL
);
INSERT INTO payload VALUES(1,X'01010101',X'010101010101010101');
INSERT INTO payload VALUES(2,X'02020202',X'020202020202020202');
INSERT INTO payload VALUES(3,X'03030303',X'030303030303030303');
INSERT INTO payload VALUES(4,X'04040404',X'040404040404040404');
INSERT INTO payload VALUES(5,X'05050505',X'050505050505050505');
INSERT INTO payload VALUES(6,X'06060606',X'060606060606060606');
INSERT INTO payload VALUES(7,X'07070707',X'070707070707070707');
INSERT INTO payload VALUES(8,X'08080808',X'080808080808080808');
INSERT INTO payload VALUES(9,X'32323232',X'323232323232323232');
CREATE TABLE document (
    job INTEGER PRIMARY KEY,
    wrapped_key BLOB NOT NULL,
    ciphertext BLOB NOT NULL
);
INSERT INTO document VALUES(1,X'01010101',X'010101010101010101');
INSERT INTO document VALUES(2,X'02020202',X'020202020202020202');
INSERT INTO document VALUES(4,X'04040404',X'040404040404040404');
INSERT INTO document VALUES(9,X'09090909',X'090909090909090909');
CREATE TABLE signer_use (
    signer TEXT PRIMARY KEY,
    uses INTEGER NOT NULL
);
CREATE TABLE machine (
    name TEXT PRIMARY KEY,
    fence INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0
);
INSERT INTO machine VALUES('north',3,0);
INSERT INTO machine VALUES('south',0,1);
CREATE TABLE delivery (
    name TEXT PRIMARY KEY,
    blanks INTEGER NOT NULL,
    at INTEGER NOT NULL
);
INSERT INTO delivery VALUES('D1',8,1795000000000);
INSERT INTO delivery VALUES('D2',2,1795000000000);
CREATE TABLE booklet (
    serial TEXT PRIMARY KEY,
    chip_serial BLOB NOT NULL UNIQUE,
    key_version INTEGER NOT NULL,
    batch TEXT NOT NULL,
    format TEXT NOT NULL,
    kind TEXT NOT NULL,
    delivery TEXT NOT NULL REFERENCES delivery (name),
    state TEXT NOT NULL,
    machine TEXT,
    order_id INTEGER,
    reason TEXT
);
INSERT INTO booklet VALUES('P0001',X'63686970205030303031',3,'B7','passport-32','production','D1','good','north',1,NULL);
INSERT INTO booklet VALUES('P0002',X'63686970205030303032',3,'B7','passport-32','production','D1','spoiled','north',2,'chip_mute');
INSERT INTO booklet VALUES('P0003',X'63686970205030303033',3,'B7','passport-32','production','D1','bound','north',2,NULL);
INSERT INTO booklet VALUES('P0004',X'63686970205030303034',3,'B7','passport-32','production','D1','quarantined','north',3,'power_lost');
INSERT INTO booklet VALUES('P0005',X'63686970205030303035',3,'B7','passport-32','production','D1','in_work','north',7,NULL);
INSERT INTO booklet VALUES('P0006',X'63686970205030303036',3,'B7','passport-32','production','D1','spoiled','north',NULL,'torn');
INSERT INTO booklet VALUES('P0007',X'63686970205030303037',3,'B7','passport-32','production','D1','quarantined','north',NULL,'odd');
INSERT INTO booklet VALUES('P0008',X'63686970205030303038',3,'B7','passport-32','production','D1','loaded','north',NULL,NULL);
INSERT INTO booklet VALUES('Q1',X'63686970205131',3,'B7','passport-32','production','D2','vault',NULL,NULL,NULL);
INSERT INTO booklet VALUES('Q2',X'63686970205132',3,'B7','passport-32','production','D2','vault',NULL,NULL,NULL);
CREATE TABLE production_order (
    id INTEGER PRIMARY KEY,
    application TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    person BLOB NOT NULL,
    state TEXT NOT NULL,
    hold TEXT,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    channel TEXT NOT NULL,
    document TEXT NOT NULL,
    priority TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    place TEXT NOT NULL,
    place_kind TEXT NOT NULL,
    received INTEGER NOT NULL,
    due TEXT NOT NULL,
    finished INTEGER,
    remakes INTEGER NOT NULL DEFAULT 0,
    -- Remakes before a person last released it: they do not count against it any more.
    remakes_forgiven INTEGER NOT NULL DEFAULT 0,
    machine TEXT,
    job INTEGER,
    serial TEXT,
    CHECK ((state = 'held') = (hold IS NOT NULL) OR stop_requested = 1),
    CHECK ((state = 'finished') = (finished IS NOT NULL))
);
INSERT INTO production_order VALUES(1,'A-00001',X'0000000100000000000000000000000000000000000000000000000000000000',X'0000000100000000000000000000000000000000000000000000000000000000','finished',NULL,0,'web','passport-32','normal',3,'Harbour','kiosk',1794000000000,'2026-11-27',1795000000000,0,0,'north',1,'P0001');
INSERT INTO production_order VALUES(2,'A-00002',X'0000000200000000000000000000000000000000000000000000000000000000',X'0000000200000000000000000000000000000000000000000000000000000000','bound',NULL,0,'mobile','passport-32','normal',2,'Harbour','kiosk',1794000000000,'2026-11-27',NULL,1,0,'north',3,'P0003');
INSERT INTO production_order VALUES(3,'A-00003',X'0000000300000000000000000000000000000000000000000000000000000000',X'0000000300000000000000000000000000000000000000000000000000000000','waiting',NULL,0,'counter','passport-32','normal',3,'Harbour','kiosk',1794000000000,'2026-11-27',NULL,0,0,'north',4,'P0004');
INSERT INTO production_order VALUES(4,'A-00004',X'0000000400000000000000000000000000000000000000000000000000000000',X'0000000400000000000000000000000000000000000000000000000000000000','held','person',0,'post','passport-32','normal',3,'Harbour','kiosk',1794000000000,'2026-11-27',NULL,0,0,'north',5,NULL);
INSERT INTO production_order VALUES(5,'A-00005',X'0000000500000000000000000000000000000000000000000000000000000000',X'0000000500000000000000000000000000000000000000000000000000000000','cancelled',NULL,0,'mission_abroad','passport-32','normal',3,'Harbour','kiosk',1794000000000,'2026-11-27',NULL,0,0,NULL,NULL,NULL);
INSERT INTO production_order VALUES(6,'A-00006',X'0000000600000000000000000000000000000000000000000000000000000000',X'0000000600000000000000000000000000000000000000000000000000000000','waiting',NULL,0,'kiosk','passport-32','urgent',1,'Harbour','kiosk',1794000000000,'2026-11-27',NULL,0,0,NULL,NULL,NULL);
INSERT INTO production_order VALUES(7,'A-00007',X'0000000700000000000000000000000000000000000000000000000000000000',X'0000000700000000000000000000000000000000000000000000000000000000','ticketed',NULL,0,'web','passport-32','normal',3,'Harbour','kiosk',1794000000000,'2026-11-27',NULL,0,0,'north',9,'P0005');
INSERT INTO production_order VALUES(8,'A-00008',X'0000000800000000000000000000000000000000000000000000000000000000',X'0000000800000000000000000000000000000000000000000000000000000000','waiting',NULL,0,'mobile','passport-32','normal',3,'Harbour','kiosk',1794000000000,'2026-11-27',NULL,0,0,NULL,NULL,NULL);
INSERT INTO production_order VALUES(9,'A-00050',X'0000003200000000000000000000000000000000000000000000000000000000',X'0000000100000000000000000000000000000000000000000000000000000000','held','same_person',0,'mobile','passport-32','normal',3,'Harbour','kiosk',1794000000000,'2026-11-27',NULL,0,0,NULL,NULL,NULL);
CREATE TABLE job (
    job INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES production_order (id),
    machine TEXT NOT NULL,
    fence INTEGER NOT NULL,
    phase TEXT NOT NULL,
    serial TEXT,
    issued TEXT,
    expires TEXT,
    security_object BLOB,
    signer TEXT
);
INSERT INTO job VALUES(1,1,'north',1,'ended','P0001','2026-11-21','2036-11-20',X'0101010101010101010101010101010101010101010101010101010101010101','DS-1');
INSERT INTO job VALUES(2,2,'north',1,'ended','P0002','2026-11-21','2036-11-20',X'0202020202020202020202020202020202020202020202020202020202020202','DS-1');
INSERT INTO job VALUES(3,2,'north',1,'bound','P0003',NULL,NULL,NULL,NULL);
INSERT INTO job VALUES(4,3,'north',1,'ended','P0004','2026-11-21','2036-11-20',X'0404040404040404040404040404040404040404040404040404040404040404','DS-1');
INSERT INTO job VALUES(5,4,'north',1,'ended',NULL,NULL,NULL,NULL,NULL);
INSERT INTO job VALUES(9,7,'north',3,'ticketed','P0005','2026-11-21','2036-11-20',X'0909090909090909090909090909090909090909090909090909090909090909','DS-1');
CREATE TABLE binding (
    serial TEXT PRIMARY KEY REFERENCES booklet (serial),
    order_id INTEGER NOT NULL,
    job INTEGER NOT NULL UNIQUE
);
INSERT INTO binding VALUES('P0001',1,1);
INSERT INTO binding VALUES('P0002',2,2);
INSERT INTO binding VALUES('P0003',2,3);
INSERT INTO binding VALUES('P0004',3,4);
INSERT INTO binding VALUES('P0005',7,9);
CREATE TABLE count_of_orders (state TEXT PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0));
INSERT INTO count_of_orders VALUES('waiting',3);
INSERT INTO count_of_orders VALUES('dispatched',0);
INSERT INTO count_of_orders VALUES('bound',1);
INSERT INTO count_of_orders VALUES('ticketed',1);
INSERT INTO count_of_orders VALUES('finished',1);
INSERT INTO count_of_orders VALUES('held',2);
INSERT INTO count_of_orders VALUES('cancelled',1);
CREATE TABLE count_of_open_by_due (due TEXT PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0));
INSERT INTO count_of_open_by_due VALUES('2026-11-27',7);
CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL);
INSERT INTO tally VALUES('received',10);
INSERT INTO tally VALUES('spoiled',2);
INSERT INTO tally VALUES('late',0);
CREATE TABLE order_move (source TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, target));
INSERT INTO order_move VALUES('waiting','dispatched');
INSERT INTO order_move VALUES('dispatched','waiting');
INSERT INTO order_move VALUES('dispatched','bound');
INSERT INTO order_move VALUES('bound','ticketed');
INSERT INTO order_move VALUES('ticketed','ticketed');
INSERT INTO order_move VALUES('ticketed','finished');
INSERT INTO order_move VALUES('bound','waiting');
INSERT INTO order_move VALUES('ticketed','waiting');
INSERT INTO order_move VALUES('waiting','held');
INSERT INTO order_move VALUES('dispatched','held');
INSERT INTO order_move VALUES('bound','held');
INSERT INTO order_move VALUES('ticketed','held');
INSERT INTO order_move VALUES('held','waiting');
INSERT INTO order_move VALUES('waiting','cancelled');
INSERT INTO order_move VALUES('held','cancelled');
CREATE TABLE booklet_move (source TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, target));
INSERT INTO booklet_move VALUES('received','vault');
INSERT INTO booklet_move VALUES('vault','loaded');
INSERT INTO booklet_move VALUES('loaded','vault');
INSERT INTO booklet_move VALUES('loaded','reserved');
INSERT INTO booklet_move VALUES('reserved','loaded');
INSERT INTO booklet_move VALUES('loaded','bound');
INSERT INTO booklet_move VALUES('reserved','bound');
INSERT INTO booklet_move VALUES('bound','in_work');
INSERT INTO booklet_move VALUES('in_work','good');
INSERT INTO booklet_move VALUES('good','packed');
INSERT INTO booklet_move VALUES('packed','handed_over');
INSERT INTO booklet_move VALUES('loaded','spoiled');
INSERT INTO booklet_move VALUES('reserved','spoiled');
INSERT INTO booklet_move VALUES('bound','spoiled');
INSERT INTO booklet_move VALUES('in_work','spoiled');
INSERT INTO booklet_move VALUES('good','spoiled');
INSERT INTO booklet_move VALUES('vault','spoiled');
INSERT INTO booklet_move VALUES('loaded','unknown');
INSERT INTO booklet_move VALUES('reserved','unknown');
INSERT INTO booklet_move VALUES('bound','unknown');
INSERT INTO booklet_move VALUES('in_work','unknown');
INSERT INTO booklet_move VALUES('unknown','quarantined');
INSERT INTO booklet_move VALUES('loaded','quarantined');
INSERT INTO booklet_move VALUES('vault','quarantined');
INSERT INTO booklet_move VALUES('quarantined','spoiled');
INSERT INTO booklet_move VALUES('quarantined','vault');
INSERT INTO booklet_move VALUES('spoiled','destroyed');
INSERT INTO booklet_move VALUES('received','returned');
INSERT INTO booklet_move VALUES('vault','returned');
INSERT INTO booklet_move VALUES('quarantined','returned');
INSERT INTO booklet_move VALUES('received','missing');
INSERT INTO booklet_move VALUES('vault','missing');
INSERT INTO booklet_move VALUES('loaded','missing');
INSERT INTO booklet_move VALUES('unknown','missing');
INSERT INTO booklet_move VALUES('spoiled','missing');
INSERT INTO booklet_move VALUES('good','missing');
INSERT INTO booklet_move VALUES('packed','missing');
INSERT INTO booklet_move VALUES('missing','quarantined');
INSERT INTO booklet_move VALUES('packed','recalled');
INSERT INTO booklet_move VALUES('handed_over','recalled');
INSERT INTO booklet_move VALUES('recalled','destroyed');
CREATE INDEX event_of_order ON event (order_id, sequence) WHERE order_id IS NOT NULL;
CREATE INDEX booklet_by_state ON booklet (state, serial);
CREATE INDEX booklet_by_machine ON booklet (machine, state, serial) WHERE machine IS NOT NULL;
CREATE UNIQUE INDEX one_good_booklet ON booklet (order_id)
    WHERE state IN ('good', 'packed', 'handed_over') AND order_id IS NOT NULL;
CREATE INDEX order_waiting ON production_order (document, urgency, due, id) WHERE state = 'waiting';
CREATE INDEX order_by_state ON production_order (state, due, id);
CREATE INDEX order_by_due ON production_order (due, id);
CREATE INDEX order_by_serial ON production_order (serial) WHERE serial IS NOT NULL;
CREATE INDEX order_of_person ON production_order (person) WHERE state NOT IN ('finished', 'cancelled');
CREATE UNIQUE INDEX one_open_job ON job (order_id) WHERE phase <> 'ended';
CREATE INDEX open_job_of_machine ON job (machine, job) WHERE phase <> 'ended';
CREATE TRIGGER events_stay_u BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER events_stay_d BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER events_follow BEFORE INSERT ON event
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'events are consecutive'); END;
CREATE TRIGGER lawful_order_move BEFORE UPDATE OF state ON production_order
WHEN NOT EXISTS (SELECT 1 FROM order_move WHERE source = OLD.state AND target = NEW.state)
BEGIN SELECT RAISE(ABORT, 'unlawful move of an order'); END;
CREATE TRIGGER lawful_booklet_move BEFORE UPDATE OF state ON booklet
WHEN NOT EXISTS (SELECT 1 FROM booklet_move WHERE source = OLD.state AND target = NEW.state)
BEGIN SELECT RAISE(ABORT, 'unlawful move of a booklet'); END;
CREATE TRIGGER bindings_stay_u BEFORE UPDATE ON binding BEGIN SELECT RAISE(ABORT, 'a binding never changes'); END;
CREATE TRIGGER bindings_stay_d BEFORE DELETE ON binding BEGIN SELECT RAISE(ABORT, 'a binding never changes'); END;
CREATE TRIGGER bindings_stay_i BEFORE INSERT ON binding
WHEN EXISTS (SELECT 1 FROM binding WHERE serial = NEW.serial OR job = NEW.job)
BEGIN SELECT RAISE(ABORT, 'a serial is bound at most once'); END;
CREATE TRIGGER booklets_begin BEFORE INSERT ON booklet
WHEN NEW.state <> 'received'
    OR EXISTS (SELECT 1 FROM booklet WHERE serial = NEW.serial OR chip_serial = NEW.chip_serial)
BEGIN SELECT RAISE(ABORT, 'a booklet begins as received, once'); END;
CREATE TRIGGER booklets_stay BEFORE DELETE ON booklet BEGIN SELECT RAISE(ABORT, 'a booklet stays in the books'); END;
CREATE TRIGGER orders_begin BEFORE INSERT ON production_order
WHEN NEW.state NOT IN ('waiting', 'held')
    OR EXISTS (SELECT 1 FROM production_order WHERE id = NEW.id OR application = NEW.application)
BEGIN SELECT RAISE(ABORT, 'an order begins as waiting or held, once'); END;
CREATE TRIGGER orders_stay BEFORE DELETE ON production_order BEGIN SELECT RAISE(ABORT, 'an order is never lost'); END;
COMMIT;
PRAGMA application_id = 1347572556;
PRAGMA user_version = 1;
