-- The administrator of a municipality: keeps its settings, and sees no person and no case.
ALTER TABLE staff DROP CONSTRAINT staff_roles_check;
ALTER TABLE staff ADD CONSTRAINT staff_roles_check
    CHECK (roles <@ ARRAY['desk', 'on_call', 'intake', 'caseworker', 'administrator']);
