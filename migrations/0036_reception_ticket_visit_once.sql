-- A booked visitor has one ticket: two desks that see her come, or she herself twice, are given the same.
CREATE UNIQUE INDEX reception_ticket_visit_once ON reception_ticket (municipality_id, visit_id) WHERE visit_id IS NOT NULL;
