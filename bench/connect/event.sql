-- The one table that the sink fills: a flat row for each event, with what tasks_v1.history has of it, as texts.
CREATE TABLE event (
  partition integer NOT NULL,
  position bigint NOT NULL,
  data text NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  task_id text NOT NULL,
  received text NOT NULL,
  trust text NOT NULL,
  causation_id text NOT NULL,
  mapper text NOT NULL,
  raw_offset text NOT NULL,
  PRIMARY KEY (partition, position)
);
