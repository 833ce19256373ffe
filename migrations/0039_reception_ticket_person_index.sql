-- "When was she here?", on the case's page. Few say who they are: the others need no place in it.
CREATE INDEX reception_ticket_person ON reception_ticket (municipality_id, person_id) WHERE person_id IS NOT NULL;
