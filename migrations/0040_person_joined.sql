-- Who turned out to be somebody known: her things are that person's. Her own row stays, since her number in the queue goes
-- on showing the name she said; what comes later for it goes to the person behind.
ALTER TABLE person
    ADD COLUMN joined_into uuid,
    ADD CONSTRAINT person_joined_into FOREIGN KEY (municipality_id, joined_into) REFERENCES person,
    ADD CONSTRAINT person_joined_once CHECK (joined_into IS NULL OR identity = 'claimed' AND joined_into <> person_id);
GRANT UPDATE (joined_into) ON person TO porten_app;

-- Few have been joined: those of a person are found by them.
CREATE INDEX person_joined ON person (municipality_id, joined_into) WHERE joined_into IS NOT NULL;
