PRAGMA application_id = 1280788818;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num TEXT NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE article (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	source_key TEXT NOT NULL, 
	guild_id BIGINT, 
	story_id INTEGER, 
	link TEXT NOT NULL, 
	path TEXT, 
	verdict TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	stored BIGINT NOT NULL, 
	record TEXT NOT NULL, 
	CONSTRAINT fk_article_story_id FOREIGN KEY(story_id) REFERENCES story (id) ON DELETE SET NULL
);
INSERT INTO "article" VALUES(1,'1',NULL,1,'https://news.example/1',NULL,'launch',1,1616656500000000,'{"origin":{"kind":"feed","key":"1","name":"Example News"},"identity":{"guid":"guid-1","link":"https://news.example/1","content":"content-1"},"title":"Two missiles fired into the sea, report 1","paragraphs":["The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. ","The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. ","The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. ","The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. ","The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. The coast guard saw two missiles fall into the sea. "],"language":"en","report":{"verdict":"launch","confidence":0.93,"evidence":[{"quote":"Two missiles were fired from the coast on Thursday.","rule":"fired missiles"}],"events":[{"kind":"test","is_news":true,"actors":[{"value":"North Korea","quote":"Two missiles were fired from the coast on Thursday."}],"weapons":[{"value":"short-range ballistic missile","quote":"Two missiles were fired from the coast on Thursday.","hedged":true}],"count":{"value":{"min":2,"max":2},"quote":"Two missiles were fired from the coast on Thursday."},"time":{"value":{"day":"2021-03-25","until":"2021-03-25","instant":"2021-03-25T07:15:00+00:00"},"quote":"Two missiles were fired from the coast on Thursday."},"distance_km":{"value":450,"quote":"Two missiles were fired from the coast on Thursday."},"failed":{"value":false,"quote":"Two missiles were fired from the coast on Thursday."}}],"attribution":[{"who":"the coast guard","source_class":"official","quote":"Two missiles were fired from the coast on Thursday.","named":true}]},"first_seen":"2021-03-25T07:15:00+00:00","summary":["The coast guard saw two missiles fall into the sea."],"keywords":["missiles"],"published":{"at":"2021-03-25T00:00:00+00:00","precision":"day"}}');
CREATE TABLE article_key (
	hash BLOB NOT NULL, 
	kind TEXT NOT NULL, 
	source_key TEXT NOT NULL, 
	article_id INTEGER, 
	noted BIGINT NOT NULL, 
	CONSTRAINT pk_article_key PRIMARY KEY (hash), 
	CONSTRAINT fk_article_key_article_id FOREIGN KEY(article_id) REFERENCES article (id) ON DELETE SET NULL
)
 WITHOUT ROWID

;
INSERT INTO "article_key" VALUES(X'1CB37D0AB508EB4F4D072D08DDE94705','content','1',1,1616656500000000);
INSERT INTO "article_key" VALUES(X'5840BB3B1705231A9EB2246A6E66CD2B','seen-guid','1',NULL,1616656500000000);
INSERT INTO "article_key" VALUES(X'5E40A35ECD3FEA9AA06E8D02B1025315','seen-content','1',NULL,1616656500000000);
INSERT INTO "article_key" VALUES(X'B3FCBA4E245B30BE420C6E34004F5B1B','link','1',1,1616656500000000);
INSERT INTO "article_key" VALUES(X'DC90CD95B49677B7A9175E63E59995BC','guid','1',1,1616656500000000);
INSERT INTO "article_key" VALUES(X'E14FD3BE43E26C948DFF00E2C4CD268D','seen-link','1',NULL,1616656500000000);
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	guild_id BIGINT, 
	user_id BIGINT, 
	action TEXT NOT NULL, 
	detail TEXT NOT NULL
);
INSERT INTO "audit" VALUES(1,1616656500000000,111,77,'alert add','launches');
CREATE TABLE counter (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_counter PRIMARY KEY (name)
);
INSERT INTO "counter" VALUES('subscriptions',1);
CREATE TABLE digest (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	guild_id BIGINT, 
	user_id BIGINT, 
	record TEXT NOT NULL
);
INSERT INTO "digest" VALUES(1,111,NULL,'{"id":0,"place":{"kind":"channel","id":901,"guild_id":111},"schedule":{"at":"08:00:00","timezone":"Asia/Seoul","every":"custom","weekdays":[0,3]},"declared_in":"discord","max_stories":10,"silent":true,"when_empty":"line","locale":"en","created_by":77}');
CREATE TABLE digest_run (
	digest_id INTEGER NOT NULL, 
	local_date DATE NOT NULL, 
	slot INTEGER NOT NULL, 
	due BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	note TEXT NOT NULL, 
	CONSTRAINT pk_digest_run PRIMARY KEY (digest_id, local_date, slot), 
	CONSTRAINT fk_digest_run_digest_id FOREIGN KEY(digest_id) REFERENCES digest (id) ON DELETE CASCADE
);
INSERT INTO "digest_run" VALUES(1,'2021-03-25',480,1616656500000000,1616656500000000,'');
CREATE TABLE edit (
	delivery_id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	applied INTEGER NOT NULL, 
	due BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	payload TEXT NOT NULL, 
	CONSTRAINT pk_edit PRIMARY KEY (delivery_id), 
	CONSTRAINT fk_edit_delivery_id FOREIGN KEY(delivery_id) REFERENCES outbox (id) ON DELETE CASCADE
);
INSERT INTO "edit" VALUES(1,2,1,0,0,'{"content":"Three missiles"}');
CREATE TABLE fact (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_fact PRIMARY KEY (name)
);
INSERT INTO "fact" VALUES('commands','{"feed add":"1"}');
CREATE TABLE feed (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	guild_id BIGINT, 
	paused BOOLEAN NOT NULL, 
	record TEXT NOT NULL
);
INSERT INTO "feed" VALUES(1,NULL,0,'{"id":0,"url":"https://one.example/rss","name":"one","declared_in":"config"}');
CREATE TABLE feed_state (
	feed_id INTEGER NOT NULL, 
	next_poll BIGINT NOT NULL, 
	record TEXT NOT NULL, 
	CONSTRAINT pk_feed_state PRIMARY KEY (feed_id), 
	CONSTRAINT fk_feed_state_feed_id FOREIGN KEY(feed_id) REFERENCES feed (id) ON DELETE CASCADE
);
INSERT INTO "feed_state" VALUES(1,1616656500000000,'{"etag":"W/\"7\"","next_poll":"2021-03-25T07:15:00+00:00","failures":0,"gone_count":0,"moved_count":0,"publish_gap":1200000000,"entries_seen":0}');
CREATE TABLE follow (
	story_id INTEGER NOT NULL, 
	user_id BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_follow PRIMARY KEY (story_id, user_id), 
	CONSTRAINT fk_follow_story_id FOREIGN KEY(story_id) REFERENCES story (id) ON DELETE CASCADE
);
INSERT INTO "follow" VALUES(1,77,1616656500000000);
CREATE TABLE guild_setting (
	guild_id BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_guild_setting PRIMARY KEY (guild_id, name)
);
INSERT INTO "guild_setting" VALUES(111,'timezone','"Asia/Seoul"');
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	priority SMALLINT NOT NULL, 
	place TEXT NOT NULL, 
	place_kind TEXT NOT NULL, 
	place_id BIGINT NOT NULL, 
	guild_id BIGINT, 
	state TEXT NOT NULL, 
	story_id BIGINT, 
	revision INTEGER NOT NULL, 
	created BIGINT NOT NULL, 
	due BIGINT, 
	ready BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	first_try BIGINT, 
	next_try BIGINT, 
	message_id BIGINT, 
	channel_id BIGINT, 
	reply_to BIGINT, 
	error TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	CONSTRAINT uq_outbox_key UNIQUE ("key")
);
INSERT INTO "outbox" VALUES(1,'alert:1:901','alert',0,'901','channel',901,111,'pending',1,1,1616656500000000,NULL,1616656500000000,0,NULL,NULL,NULL,NULL,NULL,'','{"content":"Two missiles","embeds":[{"title":"alert:1:901"}],"nonce":"alert:1:901"}');
INSERT INTO "outbox" VALUES(2,'digest:1','digest',2,'902','channel',902,222,'parked',NULL,0,1616656500000000,NULL,1616656500000000,0,NULL,NULL,NULL,NULL,NULL,'no right to write','{"content":"Two missiles","embeds":[{"title":"digest:1"}],"nonce":"digest:1"}');
CREATE TABLE parked_place (
	place TEXT NOT NULL, 
	place_kind TEXT NOT NULL, 
	place_id BIGINT NOT NULL, 
	guild_id BIGINT, 
	reason TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_parked_place PRIMARY KEY (place)
);
INSERT INTO "parked_place" VALUES('902','channel',902,222,'no right to write',1616656500000000);
CREATE TABLE silence (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	guild_id BIGINT NOT NULL, 
	expires BIGINT NOT NULL, 
	record TEXT NOT NULL
);
INSERT INTO "silence" VALUES(1,111,1616660100000000,'{"id":0,"guild_id":111,"expires":"2021-03-25T08:15:00+00:00","author":77,"reason":"exercise","created":"2021-03-25T07:15:00+00:00","query":"drill"}');
CREATE TABLE story (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	verdict TEXT NOT NULL, 
	status TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	updated BIGINT NOT NULL, 
	merged_into BIGINT, 
	headline TEXT NOT NULL, 
	search_text TEXT NOT NULL, 
	record TEXT NOT NULL
);
INSERT INTO "story" VALUES(1,'launch','reported',1616656500000000,1616656500000000,NULL,'Two missiles',' two missiles ','{"id":0,"verdict":"launch","reports":[{"article_id":1,"title":"Report 1","publisher":"Publisher 1","family":"family-1","url":"https://news.example/1","language":"en","published":"2021-03-25T07:10:00+00:00","detected":"2021-03-25T07:15:00+00:00","report":{"verdict":"launch","confidence":0.93,"evidence":[{"quote":"Two missiles were fired from the coast on Thursday.","rule":"fired missiles"}],"events":[{"kind":"test","is_news":true,"actors":[{"value":"North Korea","quote":"Two missiles were fired from the coast on Thursday."}],"weapons":[{"value":"short-range ballistic missile","quote":"Two missiles were fired from the coast on Thursday.","hedged":true}],"count":{"value":{"min":2,"max":2},"quote":"Two missiles were fired from the coast on Thursday."},"time":{"value":{"day":"2021-03-25","until":"2021-03-25","instant":"2021-03-25T07:15:00+00:00"},"quote":"Two missiles were fired from the coast on Thursday."},"distance_km":{"value":450,"quote":"Two missiles were fired from the coast on Thursday."},"failed":{"value":false,"quote":"Two missiles were fired from the coast on Thursday."}}],"attribution":[{"who":"the coast guard","source_class":"official","quote":"Two missiles were fired from the coast on Thursday.","named":true}]},"sentences":["The coast guard saw two missiles fall into the sea."]},{"article_id":2,"title":"Report 2","publisher":"Publisher 2","family":"family-2","url":"https://news.example/2","language":"en","published":"2021-03-25T07:10:00+00:00","detected":"2021-03-25T07:15:00+00:00","report":{"verdict":"launch","confidence":0.93,"evidence":[{"quote":"Two missiles were fired from the coast on Thursday.","rule":"fired missiles"}],"events":[{"kind":"test","is_news":true,"actors":[{"value":"North Korea","quote":"Two missiles were fired from the coast on Thursday."}],"weapons":[{"value":"short-range ballistic missile","quote":"Two missiles were fired from the coast on Thursday.","hedged":true}],"count":{"value":{"min":2,"max":2},"quote":"Two missiles were fired from the coast on Thursday."},"time":{"value":{"day":"2021-03-25","until":"2021-03-25","instant":"2021-03-25T07:15:00+00:00"},"quote":"Two missiles were fired from the coast on Thursday."},"distance_km":{"value":450,"quote":"Two missiles were fired from the coast on Thursday."},"failed":{"value":false,"quote":"Two missiles were fired from the coast on Thursday."}}],"attribution":[{"who":"the coast guard","source_class":"official","quote":"Two missiles were fired from the coast on Thursday.","named":true}]},"sentences":["The coast guard saw two missiles fall into the sea."]}],"created":"2021-03-25T07:15:00+00:00","updated":"2021-03-25T07:15:00+00:00","revision":1,"history":[{"kind":"first report","at":"2021-03-25T07:15:00+00:00","material":true,"publisher":"Publisher 1"}],"day":"2021-03-25"}');
CREATE TABLE story_key (
	story_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	touched BIGINT NOT NULL, 
	CONSTRAINT pk_story_key PRIMARY KEY (story_id, "key"), 
	CONSTRAINT fk_story_key_story_id FOREIGN KEY(story_id) REFERENCES story (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "story_key" VALUES(1,'actor:north korea',1616656500000000);
CREATE TABLE subscription (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	guild_id BIGINT, 
	user_id BIGINT, 
	record TEXT NOT NULL
);
INSERT INTO "subscription" VALUES(1,111,NULL,'{"id":0,"place":{"kind":"channel","id":901,"guild_id":111},"declared_in":"discord","topic":"launches","role_id":55,"countries":["North Korea"],"weapons":["ballistic missile","cruise missile"],"min_status":"unconfirmed","ping_status":"unconfirmed","min_sources":1,"quiet":{"start":"23:00:00","end":"07:30:00","timezone":"Asia/Seoul","override_confirmed":true},"cooldown":600000000,"hourly_cap":200,"thread_mode":"none","locale":"en","created_by":77,"created":"2021-03-25T07:15:00+00:00","ack_after":0}');
CREATE TABLE trail (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	stage TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	article_id BIGINT, 
	link TEXT NOT NULL, 
	story_id BIGINT, 
	guild_id BIGINT
);
INSERT INTO "trail" VALUES(1,1616656500000000,'stored','stored',1,'',NULL,NULL);
CREATE INDEX ix_story_search ON story (updated, id, merged_into, search_text, headline);
CREATE INDEX ix_subscription_user_id ON subscription (user_id);
CREATE INDEX ix_subscription_guild_id ON subscription (guild_id);
CREATE INDEX ix_silence_guild_id ON silence (guild_id);
CREATE INDEX ix_digest_guild_id ON digest (guild_id);
CREATE INDEX ix_outbox_stuck ON outbox (guild_id, id) WHERE state IN ('parked', 'uncertain');
CREATE INDEX ix_outbox_line ON outbox (place, priority, ready, id) WHERE state IN ('pending', 'sending');
CREATE INDEX ix_outbox_place ON outbox (place, created);
CREATE INDEX ix_outbox_story_id ON outbox (story_id);
CREATE INDEX ix_outbox_next ON outbox (priority, ready, id) WHERE state IN ('pending', 'sending');
CREATE INDEX ix_outbox_created ON outbox (created, state);
CREATE INDEX ix_outbox_reply_to ON outbox (reply_to);
CREATE INDEX ix_trail_link ON trail (link);
CREATE INDEX ix_trail_at ON trail (at);
CREATE INDEX ix_trail_article_id ON trail (article_id);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_user_id ON audit (user_id);
CREATE INDEX ix_audit_guild_id ON audit (guild_id, id);
CREATE INDEX ix_story_key_key ON story_key ("key", touched, story_id);
CREATE INDEX ix_article_story_id ON article (story_id);
CREATE INDEX ix_article_path ON article (path);
CREATE INDEX ix_article_link ON article (link);
CREATE INDEX ix_article_stored ON article (stored, id, guild_id, verdict);
CREATE INDEX ix_feed_state_next_poll ON feed_state (next_poll);
CREATE INDEX ix_follow_user_id ON follow (user_id);
CREATE INDEX ix_digest_run_due ON digest_run (digest_id, due);
CREATE INDEX ix_edit_due ON edit (due, delivery_id) WHERE applied < revision;
CREATE INDEX ix_article_key_article_id ON article_key (article_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('feed',1);
INSERT INTO "sqlite_sequence" VALUES('article',1);
INSERT INTO "sqlite_sequence" VALUES('story',1);
INSERT INTO "sqlite_sequence" VALUES('subscription',1);
INSERT INTO "sqlite_sequence" VALUES('silence',1);
INSERT INTO "sqlite_sequence" VALUES('digest',1);
INSERT INTO "sqlite_sequence" VALUES('outbox',2);
INSERT INTO "sqlite_sequence" VALUES('trail',1);
INSERT INTO "sqlite_sequence" VALUES('audit',1);
COMMIT;
