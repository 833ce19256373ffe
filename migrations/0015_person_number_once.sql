-- One confirmed person for a personal number. Claimed ones may repeat it until somebody has looked.
CREATE UNIQUE INDEX person_number_once ON person (municipality_id, personal_number) WHERE identity = 'confirmed';
