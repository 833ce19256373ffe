-- Where the confirmed number and wording were read, for example "SFS 2026:123". Null: confirmed before this was asked.
ALTER TABLE decision_law_confirmation ADD COLUMN source text CHECK (length(source) BETWEEN 1 AND 500);
