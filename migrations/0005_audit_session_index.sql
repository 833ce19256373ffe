-- "Has this session read this list within ten minutes?"
CREATE INDEX audit_session ON audit (municipality_id, session_ref, at DESC) WHERE session_ref IS NOT NULL;
