-- The intake list, oldest first: only what waits, however much has been decided over the years.
CREATE INDEX application_waiting ON application (municipality_id, arrived_at, application_id) WHERE waiting;
-- Notices that failed for good: few among all.
CREATE INDEX message_notice_failed ON message_notice (municipality_id, message_id) WHERE status = 'failed';
