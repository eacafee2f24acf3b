-- Which token a custom source calls with: those it had before it was removed and created again open
-- nothing. A source from before has none, and is created anew.
ALTER TABLE custom_sources
    ADD COLUMN token_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

ALTER TABLE custom_sources ALTER COLUMN token_id DROP DEFAULT;
