-- Who turns out to be somebody known takes what she booked along.
GRANT UPDATE (person_id) ON visit TO porten_app;
