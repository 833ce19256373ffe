-- One seat per person and slot: booking the same slot twice is refused, booking it again after cancelling is fine.
CREATE UNIQUE INDEX visit_person_slot_once ON visit (municipality_id, slot_id, person_id) WHERE status = 'booked';
